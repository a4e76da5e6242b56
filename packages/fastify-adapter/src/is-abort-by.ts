/** Whether an error is what a signal that has fired makes of what minds it: its reason, or an `AbortError` like those of Node. */
export function isAbortBy(signal: AbortSignal | undefined, error: unknown): boolean {
  if (signal?.aborted !== true) return false;
  if (error === signal.reason) return true;
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}
