// Compiles on each change and restarts a server on each compile. Expects a finished build.
//
//   node scripts/dev.mjs apps/demo/dist/main.js
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

const children = [
  [tsc, '-b', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  ['--watch', '--watch-preserve-output', process.argv[2]],
].map((args) =>
  // Detached: Ctrl+C then reaches this process only, which passes it on once. A second signal would cut off the
  // server's orderly end.
  spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true }),
);

let ending = false;
function end(code) {
  if (ending) return;
  ending = true;
  process.exitCode = code;
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  }
}

process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));
for (const child of children) child.on('exit', (code) => end(code ?? 1));
