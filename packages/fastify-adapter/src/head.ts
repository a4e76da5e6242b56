import type { ResponseHeaders } from '@sluice/core';
import type { HeaderField } from '@sluice/core/internal';
import type { FastifyReply } from 'fastify';
import vary from 'vary';

/** A header that a response set on a reply, and what was there before: an error response takes it back. */
interface AppliedField {
  readonly name: string;
  readonly before?: string | number | string[] | undefined;
}

type Applied = readonly AppliedField[];

const APPLIED = Symbol('sluice.applied-headers');

/** Headers that frame the body: they are Node's to write, and a wrong one would desynchronise the connection. */
const FRAMING: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'trailer',
]);

/** Sets status and headers of a response on a reply. Cookies and `Vary` join those that hooks have set. */
export function applyHead(
  reply: FastifyReply,
  statusCode: number,
  headers: ResponseHeaders,
  defaults: ResponseHeaders | undefined,
): void {
  reply.code(statusCode);
  const applied: AppliedField[] = [];
  if (defaults !== undefined) {
    for (const [name, value] of defaults) if (!headers.has(name)) applyHeader(reply, name, value, applied);
  }
  for (const [name, value] of headers) applyHeader(reply, name, value, applied);
  (reply as FastifyReply & { [APPLIED]?: Applied })[APPLIED] = applied;
}

/**
 * Sets headers that are the same for all streams of a route, where the reply has none of them yet.
 *
 * @returns Whether it has none: else nothing was set.
 */
export function applyFields(
  reply: FastifyReply,
  statusCode: number,
  fields: readonly HeaderField[],
): boolean {
  for (const { name } of fields) if (reply.hasHeader(name)) return false;
  reply.code(statusCode);
  for (const { name, value } of fields) {
    // A hook may add to the list that it finds: it is not to be that of all.
    if (!FRAMING.has(name)) reply.header(name, typeof value === 'string' ? value : [...value]);
  }
  (reply as FastifyReply & { [APPLIED]?: Applied })[APPLIED] = fields;
  return true;
}

function applyHeader(
  reply: FastifyReply,
  name: string,
  value: string | string[],
  applied: AppliedField[],
): void {
  if (FRAMING.has(name)) return;
  const before = reply.getHeader(name);
  applied.push({ name, before: Array.isArray(before) ? [...before] : before });
  if (name === 'vary' && before !== undefined) {
    const present = Array.isArray(before) ? before.join(', ') : String(before);
    reply.header(name, vary.append(present, Array.isArray(value) ? value : value));
  } else {
    reply.header(name, value);
  }
}

/** The head was sent: nothing of it is taken back any more. */
export function keepHead(reply: FastifyReply): void {
  (reply as FastifyReply & { [APPLIED]?: Applied | undefined })[APPLIED] = undefined;
}

/** Takes back the headers that were meant for a body that will not be sent; those of hooks stay. */
export function takeBackHead(reply: FastifyReply): void {
  // One that was chosen for a value would write the text of an error as a value.
  reply.serializer(null as unknown as (payload: unknown) => string);
  const { [APPLIED]: applied } = reply as FastifyReply & { [APPLIED]?: Applied };
  for (const { name, before } of applied ?? []) {
    if (FRAMING.has(name)) continue;
    reply.removeHeader(name);
    if (before !== undefined) reply.header(name, before);
  }
}
