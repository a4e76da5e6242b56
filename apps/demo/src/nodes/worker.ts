// Runs the stored tasks, and serves nothing: as many of these as there is work for, on any machine.
import closeWithGrace from 'close-with-grace';
import Fastify from 'fastify';

import { SettingsError, toSettings } from '../settings.js';
import { openRedisJobs } from './open-redis-jobs.js';

async function main(): Promise<void> {
  const { node, logLevel } = toSettings(process.env);
  if (node.redisUrl === undefined) throw new SettingsError('REDIS_URL: a worker needs it. Give its address.');
  // The log alone, in the form that the service writes.
  const { log } = Fastify({ logger: { level: logLevel } });
  const queue = await openRedisJobs(node.redisUrl, log, true);
  closeWithGrace({ delay: 15_000 }, async ({ err }) => {
    if (err !== undefined) log.error({ err }, 'closing after an error');
    await queue.close();
  });
  process.stdout.write(`\n  Worker: process ${process.pid}\n`);
}

main().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exitCode = 1;
});
