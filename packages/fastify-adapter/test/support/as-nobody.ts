/** The user that owns nothing; its number is the same on every Linux distribution. */
const NOBODY = 65534;

/** Runs with the rights of a user who owns none of the files: the permission bits of a file say nothing to root. */
export async function asNobody<Result>(run: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return run();
  process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
