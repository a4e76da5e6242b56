import type { FastifyInstance, FastifyReply, onSendHookHandler } from 'fastify';

/** The coding that a file was given to the reply in, '' for none. */
const CODING = Symbol('sluice.file-coding');
type FileReply = FastifyReply & { [CODING]?: string };

/** Notes in which coding a file is given to the reply. */
export function noteCoding(reply: FastifyReply, coding: string | undefined): void {
  (reply as FileReply)[CODING] = coding ?? '';
}

/**
 * Where @fastify/compress is on the host, a file that it compresses is not, byte for byte, what its strong tag stands for: a
 * download resumed by that tag would go on in another coding. The tag becomes weak, and no ranges are offered (RFC 9110
 * section 8.8.1).
 */
export function weakenTagsOfCompressed(instance: FastifyInstance): void {
  if (!instance.hasReplyDecorator('compress')) return;
  // It adds its own hook in an `onRoute` hook that was set before this one: so this one's hook comes after it.
  instance.addHook('onRoute', (route) => {
    route.onSend = [...[route.onSend ?? []].flat(), weaken];
  });
}

const weaken: onSendHookHandler = (request, reply, payload, done) => {
  const before = (reply as FileReply)[CODING];
  const etag = reply.getHeader('etag');
  if (before !== undefined && typeof etag === 'string' && !etag.startsWith('W/')) {
    const coding = reply.getHeader('content-encoding') ?? '';
    const compressed = coding !== before && coding !== 'identity';
    if (compressed) reply.removeHeader('accept-ranges');
    // Section 15.4.5: a 304 has the tag that the 200 would have, which the client has just said.
    const weak = `W/${etag}`;
    const confirmed = reply.statusCode === 304 && request.headers['if-none-match']?.includes(weak) === true;
    if (compressed || confirmed) reply.header('etag', weak);
  }
  done(null, payload);
};
