// Measures what goes between processes: events of a channel, and stored tasks. `REDIS_URL=… node apps/bench/dist/nodes/main.js`.
import { setTimeout as wait } from 'node:timers/promises';

import { describeMachine, renderTable } from '../report.js';
import { median, quantile } from '../statistics.js';
import { inTemporaryFolder } from '../temporary-folder.js';
import { inFlight } from './in-flight.js';
import { openMemoryRoute, openRedisRoute, type Route } from './route.js';
import { now, takeSample } from './sample.js';
import { openBullmqRoute, openEmbeddedRoute, type TaskRoute } from './task-routes.js';

const ROUNDS = 5;
/** Events of a round in which as many are published as can be, and how many at once. */
const MANY = 20_000;
const PUBLISHED_AT_ONCE = 500;
/** Events of a round in which one is published each millisecond. */
const FEW = 1000;
const TASKS = 5000;

async function main(): Promise<void> {
  const redis = process.env.REDIS_URL;
  if (redis === undefined)
    throw new Error('REDIS_URL names the Redis to measure with: redis://127.0.0.1:6379');
  process.stdout.write(`${describeMachine()}\n\n`);
  await withRoutes([await openMemoryRoute(MANY), await openRedisRoute(redis, MANY)], reportRates);
  await withRoutes([await openMemoryRoute(FEW), await openRedisRoute(redis, FEW)], reportDelays);
  await inTemporaryFolder(
    async () => Promise.resolve(),
    async (folder) => {
      await withRoutes([await openEmbeddedRoute(folder), await openBullmqRoute(redis)], reportTasks);
    },
  );
}

async function withRoutes<R extends { close(): Promise<void> }>(
  routes: readonly R[],
  report: (routes: readonly R[]) => Promise<string[][]>,
): Promise<void> {
  try {
    process.stdout.write(`${renderTable(await report(routes)).join('\n')}\n\n`);
  } finally {
    for (const route of routes) await route.close();
  }
}

async function reportRates(routes: readonly Route[]): Promise<string[][]> {
  const rates = await inRounds(routes, async ({ channel, arrival }, round) => {
    const from = now();
    await inFlight(MANY, PUBLISHED_AT_ONCE, () => channel.publish(takeSample(round)));
    const published = perSecond(MANY, now() - from);
    const { until } = await arrival(round);
    return { published, delivered: perSecond(MANY, until - from) };
  });
  return [
    ['as many as can be', 'published/s', 'delivered/s'],
    ...rates.map(({ name, figures }) => [
      name,
      toText(figures.map(({ published }) => published)),
      toText(figures.map(({ delivered }) => delivered)),
    ]),
  ];
}

async function reportDelays(routes: readonly Route[]): Promise<string[][]> {
  const delays = await inRounds(routes, async ({ channel, arrival }, round) => {
    for (let sent = 0; sent < FEW; sent += 1) {
      void channel.publish(takeSample(round));
      await wait(1);
    }
    const received = await arrival(round);
    return { half: median(received.delays), most: quantile(received.delays, 0.99) };
  });
  return [
    ['one each millisecond', 'delay, median, µs', '99 %, µs'],
    ...delays.map(({ name, figures }) => [
      name,
      toText(figures.map(({ half }) => half)),
      toText(figures.map(({ most }) => most)),
    ]),
  ];
}

async function reportTasks(routes: readonly TaskRoute[]): Promise<string[][]> {
  const rates = await inRounds(routes, async (route) => perSecond(TASKS, await route.run(TASKS)));
  return [
    ['stored tasks, one process', 'tasks/s'],
    ...rates.map(({ name, figures }) => [name, toText(figures)]),
  ];
}

/** Rounds of all, side by side; the first, which warms up, does not count. */
async function inRounds<R extends { readonly name: string }, Figure>(
  routes: readonly R[],
  run: (route: R, round: number) => Promise<Figure>,
): Promise<{ readonly name: string; readonly figures: readonly Figure[] }[]> {
  const results = routes.map(({ name }) => ({ name, figures: [] as Figure[] }));
  for (let round = 1; round <= ROUNDS + 1; round += 1) {
    for (const [index, route] of routes.entries()) {
      const figure = await run(route, round);
      if (round > 1) results[index]?.figures.push(figure);
    }
  }
  return results;
}

function perSecond(count: number, microseconds: number): number {
  return (count / microseconds) * 1e6;
}

function toText(figures: readonly number[]): string {
  return Math.round(median(figures)).toLocaleString('en-US');
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
