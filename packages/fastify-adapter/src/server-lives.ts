import type { FastifyInstance } from 'fastify';

import type { ServerLife } from './server-life.js';
import type { TaskCounts } from './task-runner.js';

/** On the http.Server, which all registrations of the plugin share, also those of another copy of this package. */
const LIVES = Symbol.for('sluice.server-lives');

/** The lives of a server: one for each registration of the plugin. */
export function livesOf({ server }: FastifyInstance): ServerLife[] {
  return ((server as unknown as Record<symbol, ServerLife[] | undefined>)[LIVES] ??= []);
}

/** Counts the background tasks of all controllers of a server, since its start. */
export function taskCounts(app: FastifyInstance): TaskCounts {
  const sum = { queued: 0, running: 0, done: 0, failed: 0, dropped: 0 };
  for (const { tasks } of livesOf(app)) {
    for (const name of Object.keys(sum) as (keyof TaskCounts)[]) sum[name] += tasks.counts[name];
  }
  return sum;
}
