import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How long a command may take, in milliseconds, on a busy machine: then it is ended, with all that it has started. */
const TIMEOUT = 540_000;

export interface CommandOptions {
  readonly cwd: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** What it reads from its input; there is none by default. */
  readonly input?: string;
}

/** Runs a program to its end, and gives what it printed; rejects with that unless it is a success. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, environment = {}, input }: CommandOptions,
): Promise<string> {
  const child = spawn(command, args, {
    cwd,
    // Not what this process has of jest's, which another runner would take for its own.
    env: { ...process.env, NODE_ENV: undefined, JEST_WORKER_ID: undefined, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own, which can be ended as a whole.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  child.stdin.end(input);
  const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), TIMEOUT);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${String(code)}\n${output}`);
  return output;
}
