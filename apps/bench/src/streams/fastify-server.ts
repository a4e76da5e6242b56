import { Readable } from 'node:stream';

import Fastify, { type FastifyReply } from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { laterRows, rows, slowRows, tokenEvents, twoRows } from './sources.js';

/** As Fastify's documentation sends a stream. */
export function listen(): Promise<number> {
  const app = Fastify();
  app.get('/rows.csv', (_request, reply) => sendCsv(reply, rows()));
  app.get('/later-rows.csv', (_request, reply) => sendCsv(reply, laterRows()));
  app.get('/slow-rows.csv', (_request, reply) => sendCsv(reply, slowRows()));
  app.get('/two-rows.csv', (_request, reply) => sendCsv(reply, twoRows()));
  app.get('/tokens', (_request, reply) =>
    reply
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-cache')
      .send(Readable.from(tokenEvents())),
  );
  return listenOnLoopback(app);
}

function sendCsv(reply: FastifyReply, source: Iterable<string> | AsyncIterable<string>): FastifyReply {
  return reply.header('content-type', 'text/csv; charset=utf-8').send(Readable.from(source));
}
