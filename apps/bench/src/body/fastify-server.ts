import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

const text = { type: 'string', minLength: 1, maxLength: 100 };

/** The same rules as those of the class of the other candidate. */
const schema = {
  type: 'object',
  required: ['name', 'price', 'count', 'available', 'tags', 'maker'],
  additionalProperties: false,
  properties: {
    name: text,
    price: { type: 'number', minimum: 0 },
    count: { type: 'integer', minimum: 1, maximum: 1000 },
    available: { type: 'boolean' },
    tags: { type: 'array', maxItems: 10, items: { type: 'string' } },
    maker: {
      type: 'object',
      required: ['name', 'country'],
      additionalProperties: false,
      properties: { name: text, country: { type: 'string', minLength: 2, maxLength: 2 } },
    },
  },
};

export function listen(): Promise<number> {
  const app = Fastify();
  app.post<{ Body: { name: string; count: number } }>('/items', { schema: { body: schema } }, ({ body }) => ({
    hello: body.name,
    n: body.count,
  }));
  return listenOnLoopback(app);
}
