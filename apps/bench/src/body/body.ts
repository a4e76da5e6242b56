import { postLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';
import { cpuTime, REQUEST, throughput } from '../quantity.js';

const item = {
  name: 'Padlock, brass, 40 mm',
  price: 12.5,
  count: 3,
  available: true,
  tags: ['lock', 'brass', 'outdoor'],
  maker: { name: 'Abus', country: 'DE' },
};

/** What it costs to read a body as an instance of a class, beside Fastify's own validation by a JSON schema. */
export const body: Measurement = {
  name: 'body',
  title: 'a handler of POST reads an item of six fields, one of them nested, which is validated',
  unit: REQUEST,
  compares: cpuTime,
  shows: [throughput, cpuTime],
  baseline: { name: 'fastify, Ajv', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js'), target: 1.15 }],
  ...postLoad('/items', item),
};
