import type { Measurement } from '../measurement.js';
import { cpuTime, DELIVERY, throughput } from '../quantity.js';
import { broadcastLoad } from './broadcast-load.js';

const candidates = {
  unit: DELIVERY,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  floor: { name: 'node:http', load: () => import('./http-server.js') },
  baseline: { name: 'better-sse', load: () => import('./better-sse-server.js') },
} satisfies Partial<Measurement>;
const sluice = { name: 'sluice', load: () => import('./sluice-server.js') };

/** What one event costs for each of its clients; most of it is the system's, to send it. */
export const fanOut: Measurement = {
  ...candidates,
  name: 'fan-out',
  title: 'one event to 1,000 clients',
  subjects: [{ ...sluice, target: 1 / 1.7 }],
  ...broadcastLoad(1),
};

/** What comes in one turn can leave in one write. */
export const fanOutOfTen: Measurement = {
  ...candidates,
  name: 'fan-out-10',
  title: 'ten events in one turn of the event loop to 1,000 clients',
  subjects: [{ ...sluice, target: 1 / 3.5 }],
  ...broadcastLoad(10),
};
