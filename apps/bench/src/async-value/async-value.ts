import { getLoad } from '../load/get-load.js';
import type { Measurement } from '../measurement.js';

/** As `value`, with a promise between the handler and its answer. */
export const asyncValue: Measurement = {
  name: 'async-value',
  title: 'an async handler without parameters returns a small object',
  unit: 'request',
  baseline: { name: 'fastify', load: () => import('./fastify-server.js') },
  subjects: [{ name: 'sluice', load: () => import('./sluice-server.js') }],
  ...getLoad('/value'),
};
