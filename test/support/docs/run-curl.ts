import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** How long one command may take, in seconds: what it asks for is quick, but the machine may be busy. */
const TIMEOUT = 20;

export function hasCurl(): boolean {
  return spawnSync('curl', ['--version']).error === undefined;
}

/**
 * Runs a curl command by a shell, with the server at `port` in place of every server, and gives the lines it printed,
 * those of its error output last.
 *
 * @param isEnough Is asked while it prints; when it says yes, curl is interrupted.
 */
export async function runCurl(
  command: string,
  port: number,
  isEnough: (lines: readonly string[]) => boolean,
): Promise<string[]> {
  // -q: without a reader's .curlrc. The address stays in the command, so that Host says what a reader would see.
  const options = `-q -sS --noproxy '*' --connect-to ::127.0.0.1:${port} --max-time ${TIMEOUT}`;
  const child = spawn('sh', ['-c', command.replace(/^curl /, `exec curl ${options} `)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (isEnough(toLines(printed))) child.kill('SIGINT');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  await once(child, 'close');
  return [...toLines(printed), ...toLines(errors)];
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split(/\r?\n/);
}
