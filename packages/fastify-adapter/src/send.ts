import { Readable } from 'node:stream';

import type { Response } from '@sluice/core';
import type { FastifyReply } from 'fastify';

import type { Exchange } from './exchange.js';
import { applyHead } from './head.js';
import { sendFile } from './files/send-file.js';
import type { Opening } from './opening.js';
import { renderTemplate } from './render-template.js';
import { sendChunks } from './send-stream.js';

/**
 * Sends a response through Fastify's reply, by the tag of its body. Where the body must be opened before the head can be sent,
 * gives a promise, or an opening, which says itself that the response was handled.
 *
 * @param beforeHead Called once, right before status and headers are read: a method that yields may set them until then.
 */
export function sendResponse(
  exchange: Exchange,
  response: Response,
  beforeHead: () => void,
): Promise<void> | Opening | undefined {
  const { reply } = exchange;
  // The body of a stream is known before its head is final: its first item is pulled in between.
  const { body } = response.toParts();
  const commitHead = (): void => {
    beforeHead();
    applyHead(reply, response.statusCode, response.headers, exchange.plan.headers);
  };
  if (body.kind === 'chunks') {
    const { statusCode } = response;
    return sendChunks(exchange, body.source, body, { statusCode, commit: commitHead });
  }
  exchange.watch();
  if (body.kind === 'template') {
    return renderTemplate(exchange, response, body).then(() => {
      if (exchange.ended === undefined) sendMade(exchange, response, commitHead);
    });
  }
  if (body.kind === 'file') {
    beforeHead();
    return sendFile(exchange, response.toParts(), body);
  }
  sendMade(exchange, response, commitHead);
  return undefined;
}

/** Sends a body that is there as a whole. */
function sendMade(exchange: Exchange, response: Response, commitHead: () => void): void {
  const { reply, request } = exchange;
  commitHead();
  if (request.method === 'GET') warnOfRedirectToItself(exchange, response);
  // Read only now: the status may have become one without a body.
  const { body: whole } = response.toParts();
  if (whole.kind === 'text') sendWhole(reply, whole.text);
  else if (whole.kind === 'bytes') sendWhole(reply, whole.bytes);
  else reply.send();
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
function warnOfRedirectToItself({ request, plan }: Exchange, { statusCode, headers }: Response): void {
  if (statusCode < 300 || statusCode > 399) return;
  const location = headers.get('location');
  if (location === undefined) return;
  const own = `${request.protocol}://${request.host}${request.url}`;
  if (URL.canParse(location, own) && new URL(location, own).href === new URL(own).href) {
    request.log.warn(`${plan.name}: it redirects to its own address, ${request.url}`);
  }
}
