/** The message of what was thrown, which need not be an Error. */
export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
