import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

/** What it costs to check, convert and filter what is sent, beside Fastify's own serialization by a JSON schema. */
export const responseModel: Measurement = {
  name: 'response-model',
  title: 'a handler returns a list of 100 items, of each of which six fields are sent, one of them an object',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'fastify, response schema', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js'), target: 1.1 }],
  ...getLoad('/items'),
};
