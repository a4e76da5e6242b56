import { Readable } from 'node:stream';

import type { Response } from '@sluice/core';
import type { ResponseParts } from '@sluice/core/internal';
import type { FastifyReply } from 'fastify';

import type { Exchange } from './exchange.js';
import { applyHead } from './head.js';
import { sendFile } from './send-file.js';
import { sendChunks } from './send-stream.js';

/**
 * Sends a response through Fastify's reply, by the tag of its body. Gives a promise where the body must be opened before
 * the head can be sent.
 */
export function sendResponse(exchange: Exchange, response: Response): Promise<void> | undefined {
  const { reply } = exchange;
  const parts = response.toParts();
  warnOfRedirectToItself(exchange, parts);
  const { body } = parts;
  switch (body.kind) {
    case 'none':
      applyHead(reply, parts.statusCode, parts.headers, exchange.plan.headers);
      reply.send();
      return undefined;
    case 'text':
      applyHead(reply, parts.statusCode, parts.headers, exchange.plan.headers);
      sendWhole(reply, body.text);
      return undefined;
    case 'bytes':
      applyHead(reply, parts.statusCode, parts.headers, exchange.plan.headers);
      sendWhole(reply, body.bytes);
      return undefined;
    case 'chunks':
      return sendChunks(exchange, parts, body);
    case 'file':
      return sendFile(exchange, parts, body);
  }
}

function sendWhole(reply: FastifyReply, payload: string | Uint8Array): void {
  if (reply.hasHeader('content-type')) {
    reply.send(payload);
    return;
  }
  // Fastify gives text and bytes a content type of its own where there is none; a stream it leaves alone.
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  reply.header('content-length', bytes.length);
  reply.send(Readable.from(reply.request.method === 'HEAD' || bytes.length === 0 ? [] : [bytes]));
}

/** A browser follows such a redirect until it gives up. */
function warnOfRedirectToItself({ request, plan }: Exchange, { statusCode, headers }: ResponseParts): void {
  if (statusCode < 300 || statusCode > 399 || request.method !== 'GET') return;
  const location = headers.get('location');
  if (location === undefined) return;
  const own = `${request.protocol}://${request.host}${request.url}`;
  if (URL.canParse(location, own) && new URL(location, own).href === new URL(own).href) {
    request.log.warn(`${plan.name}: it redirects to its own address, ${request.url}`);
  }
}
