import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { items } from './items.js';

/** The same fields as those of the class of the other candidate. */
const schema = {
  type: 'object',
  required: ['id', 'name', 'price', 'available', 'tags', 'maker'],
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    price: { type: 'number' },
    available: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    maker: {
      type: 'object',
      required: ['name', 'country'],
      properties: { name: { type: 'string' }, country: { type: 'string' } },
    },
  },
};

export function listen(): Promise<number> {
  const app = Fastify();
  app.get('/items', { schema: { response: { 200: { type: 'array', items: schema } } } }, () => items);
  return listenOnLoopback(app);
}
