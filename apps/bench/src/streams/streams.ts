import { downloadLoad } from '../load/download-load.js';
import { probeBytes } from '../load/probe-bytes.js';
import { rowLoad } from '../load/row-load.js';
import type { Measurement } from '../measurement.js';
import { arrivals, cpuTime, EVENT, firstByte, MEBIBYTE, RESPONSE, ROW, throughput } from '../quantity.js';
import { acrossProcesses } from '../schedule.js';
import { SLOW_ROWS, TOKEN_BYTES } from './sources.js';

const MIB = 2 ** 20;

const floor = { name: 'node:http', load: () => import('./http-server.js') };
const baseline = { name: 'fastify', load: () => import('./fastify-server.js') };
const sluice = { name: 'sluice', load: () => import('./sluice-server.js') };

/** What it costs to gather rows into writes, and to stop for other work. */
export const csv: Measurement = {
  name: 'csv',
  title: 'a CSV of a million small rows from a generator, to one client',
  unit: MEBIBYTE,
  compares: throughput,
  shows: [throughput, cpuTime],
  floor,
  baseline,
  subjects: [{ ...sluice, target: 5, floorTarget: 0.85 }],
  ...downloadLoad('/rows.csv'),
  probe: (port) => probeBytes(port, '/rows.csv'),
};

/** The same, with a promise for each row. */
export const laterCsv: Measurement = {
  name: 'csv-async',
  title: 'a CSV of a million small rows from an async generator, to one client',
  unit: MEBIBYTE,
  compares: throughput,
  shows: [throughput, cpuTime],
  floor,
  baseline,
  subjects: [{ ...sluice, target: 3 }],
  ...downloadLoad('/later-rows.csv'),
  probe: (port) => probeBytes(port, '/later-rows.csv'),
};

/** What one event costs, from the value to the wire. */
export const eventStream: Measurement = {
  name: 'events',
  title: 'one stream of small texts as events, from an async generator, to one client',
  unit: EVENT,
  compares: throughput,
  shows: [throughput, cpuTime],
  floor,
  baseline,
  subjects: [{ ...sluice, target: 3.5 }],
  ...downloadLoad('/tokens', { unitBytes: TOKEN_BYTES }),
  probe: (port) => probeBytes(port, '/tokens', MIB),
};

/** Whether what gathers rows keeps the first one back. */
export const firstRow: Measurement = {
  name: 'first-byte',
  title: 'from a request to the first byte of the body of a stream, one request after the other',
  unit: RESPONSE,
  compares: firstByte,
  shows: [throughput, cpuTime, firstByte],
  baseline,
  subjects: [{ ...sluice, target: 1 }],
  plan: acrossProcesses,
  ...rowLoad('/two-rows.csv', { clients: 1, awake: true }),
  probe: (port) => probeBytes(port, '/two-rows.csv'),
};

/** Whether what gathers rows keeps any of them back. */
export const slowRows: Measurement = {
  name: 'slow-rows',
  title: 'rows that are made every 10 ms: how many of them came on their own, to eight clients',
  unit: ROW,
  compares: arrivals,
  shows: [throughput],
  baseline,
  subjects: [{ ...sluice, target: 0.99 }],
  // At least one whole response of each client in a round.
  plan: (schedule) => ({ ...schedule, rounds: 2, milliseconds: 1000 }),
  ...rowLoad('/slow-rows.csv', { clients: 8, awake: false, rowsPerResponse: SLOW_ROWS }),
  probe: (port) => probeBytes(port, '/slow-rows.csv'),
};
