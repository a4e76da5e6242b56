import { downloadLoad } from '../load/download-load.js';
import { getLoad } from '../load/get-load.js';
import { probeBytes } from '../load/probe-bytes.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, MEBIBYTE, memoryGrowth, REQUEST, throughput } from '../quantity.js';
import { writeRandomFile } from './write-random-file.js';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const candidates = {
  floor: { name: 'node:http', load: () => import('./http-server.js') },
  baseline: { name: '@fastify/static', load: () => import('./fastify-static-server.js') },
} satisfies Partial<Measurement>;
const sluice = { name: 'sluice', load: () => import('./sluice-server.js') };

/**
 * Clients that wait for an answer before they ask again, as those of files do, and sleep meanwhile: threads of the
 * server's process read the files, and would wait for the core of a client that polls.
 */
const ONE_BY_ONE = { connections: 10, pipelined: 1, awake: false };

/** What a small file costs beside its bytes: to find, open, look at, read and close it. */
export const smallFile: Measurement = {
  ...candidates,
  name: 'file-1k',
  title: 'a file of 1 KiB, to ten clients at once',
  unit: REQUEST,
  compares: throughput,
  shows: [throughput, cpuTime],
  subjects: [
    { ...sluice, target: 1.5 },
    // A file that has been left alone for 2 s: those of the first rounds are read.
    { name: 'sluice, fileCache', load: () => import('./sluice-cached-server.js'), target: 1.8 },
  ],
  fill: (folder) => writeRandomFile(folder, 'small.bin', KIB),
  ...getLoad('/files/small.bin', ONE_BY_ONE),
  probe: (port) => probeBytes(port, '/files/small.bin'),
};

/** A file of several chunks. */
export const mediumFile: Measurement = {
  ...candidates,
  name: 'file-1m',
  title: 'a file of 1 MiB, to ten clients at once',
  unit: MEBIBYTE,
  compares: throughput,
  shows: [throughput, cpuTime],
  subjects: [{ ...sluice, target: 1.8 }],
  fill: (folder) => writeRandomFile(folder, 'medium.bin', MIB),
  ...getLoad('/files/medium.bin', ONE_BY_ONE),
  probe: (port) => probeBytes(port, '/files/medium.bin'),
};

/** One long download. */
export const largeFile: Measurement = {
  ...candidates,
  name: 'file-1g',
  title: 'a file of 1 GiB, to one client',
  unit: MEBIBYTE,
  compares: throughput,
  shows: [throughput, cpuTime],
  subjects: [{ ...sluice, target: 1.8 }],
  fill: (folder) => writeRandomFile(folder, 'large.bin', GIB),
  ...downloadLoad('/files/large.bin'),
  // The whole of it would take longer than to measure it.
  probe: (port) => probeBytes(port, '/files/large.bin', 32 * MIB),
};

/** Whether a server reads no more of a file than its client takes. */
export const slowClient: Measurement = {
  ...candidates,
  name: 'file-slow-client',
  title: 'memory while a client reads 1.5 MiB/s of a file of 1 GiB, and then leaves',
  unit: MEBIBYTE,
  compares: memoryGrowth,
  shows: [throughput],
  subjects: [{ ...sluice, target: 32 }],
  // One round in the life of a process: what an earlier one left behind would hide what this one adds.
  plan: ({ launches, rounds, milliseconds }) => ({
    launches,
    roundsBeforeAgeing: 0,
    aged: true,
    warmUpRounds: 0,
    rounds: 1,
    milliseconds: rounds * milliseconds,
  }),
  fill: (folder) => writeRandomFile(folder, 'large.bin', GIB),
  ...downloadLoad('/files/large.bin', { bytesPerSecond: 1.5 * MIB }),
  probe: (port) => probeBytes(port, '/files/large.bin', MIB),
};
