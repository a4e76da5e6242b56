// Two nodes of the demo and a worker for its stored tasks, on one Redis: what is published on one node arrives on the
// other. Expects a finished build. Ctrl+C ends all of them, a second one at once.
//
//   node scripts/two-nodes.mjs
//
// REDIS_URL    the Redis; without it one is started for as long as this runs, with its files in a temporary folder
//              (by redis-server, or REDIS_SERVER_PATH)
// PORT         where the first node listens, 3000 by default, and the second one behind it; 0 for any free ports
// DATA_FOLDER  each node has a folder of its own in it
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const demo = fileURLToPath(new URL('../apps/demo/', import.meta.url));
const { REDIS_URL, PORT, DATA_FOLDER, LOG_LEVEL, REDIS_SERVER_PATH } = process.env;
const firstPort = Number(PORT || 3000);
const dataFolder = path.resolve(DATA_FOLDER || path.join(demo, 'data'));

/** Those that run, by their names. */
const running = new Map();
let started = false;
/** When the end began; undefined before. */
let endingSince;
let redisFolder;

/**
 * Starts a process, and waits until it says something that matches; gives what that found.
 *
 * @throws Error when it ends before.
 */
async function start(name, command, environment, ready, show = true) {
  // Detached: Ctrl+C in a terminal then reaches this process only, which ends the others in their order.
  const child = spawn(command[0], command.slice(1), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `code ${code}`));
  });
  running.set(name, { child, ended });
  void ended.then((how) => onEnd(name, how));

  const said = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        const found = ready.exec(line);
        if (found !== null) resolve(found);
        else if (show && line.trim() !== '') console.log(`${name}  ${line}`);
      });
    }
  });
  const found = await Promise.race([said, ended]);
  if (typeof found === 'string') throw new Error(`${name} did not start: ${found}`);
  return { found, pid: child.pid };
}

function onEnd(name, how) {
  running.delete(name);
  // What does not start is said by who starts it.
  if (!started || endingSince !== undefined) return;
  // A node that was killed is something to look at; without Redis there is nothing left to see.
  console.log(`${name} has ended: ${how}`);
  if (name === 'redis' || running.size === 0) void end(1);
}

async function startRedis() {
  redisFolder = mkdtempSync(path.join(tmpdir(), 'sluice-two-nodes-'));
  const port = await findPort();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', redisFolder, '--save', ''];
  try {
    await start('redis', [REDIS_SERVER_PATH || 'redis-server', ...options], {}, /Ready to accept/, false);
  } catch (error) {
    throw new Error(`${error.message}\nInstall it (apt-get install redis-server), or set REDIS_URL.`, {
      cause: error,
    });
  }
  return `redis://127.0.0.1:${port}`;
}

async function findPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

async function startAll() {
  const redisUrl = REDIS_URL || (await startRedis());
  const shared = { REDIS_URL: redisUrl, LOG_LEVEL: LOG_LEVEL || 'warn' };
  const program = (file) => [process.execPath, path.join(demo, 'dist', file)];
  const startNode = (number) =>
    start(
      `node-${number}`,
      program('main.js'),
      {
        ...shared,
        NODE_NAME: `node-${number}`,
        PORT: String(firstPort === 0 ? 0 : firstPort + number - 1),
        // LevelDB belongs to one process.
        DATA_FOLDER: path.join(dataFolder, `node-${number}`),
        RUN_JOBS: 'no',
      },
      /^ +Page: +(\S+)/,
    );
  const [first, second, worker] = await Promise.all([
    startNode(1),
    startNode(2),
    start('worker', program('nodes/worker.js'), shared, /^ +Worker: /),
  ]);
  started = true;
  const shown = new URL(redisUrl);
  if (shown.password !== '') shown.password = '***';
  console.log(`
  node-1  ${first.found[1]}  (process ${first.pid})
  node-2  ${second.found[1]}  (process ${second.pid})
  worker  process ${worker.pid}
  Redis   ${shown.href}${REDIS_URL ? '' : '  (in memory, until the end of this)'}
`);
}

/** Ends those that use Redis, then that. */
async function end(code) {
  endingSince = Date.now();
  process.exitCode = code;
  const stop = ({ child, ended }) => {
    child.kill('SIGTERM');
    return ended;
  };
  const { redis, ...others } = Object.fromEntries(running);
  await Promise.all(Object.values(others).map(stop));
  if (redis !== undefined) await stop(redis);
  if (redisFolder !== undefined) rmSync(redisFolder, { recursive: true, force: true });
}

function killAll() {
  for (const { child } of running.values()) child.kill('SIGKILL');
}

function onSignal() {
  if (endingSince === undefined) void end(0);
  // npm sends on what the terminal has sent to all, so that one Ctrl+C can come twice.
  else if (Date.now() - endingSince > 1000) killAll();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
// Whatever ends this process, none of the others is left.
process.on('exit', killAll);

try {
  if (!/^\d+$/.test(firstPort) || firstPort > 65_534) {
    throw new Error(`PORT=${PORT}: not a port. Give an integer from 0 (any free ports) to 65534.`);
  }
  await startAll();
} catch (error) {
  if (endingSince === undefined) {
    console.error(error.message);
    await end(1);
  }
}
