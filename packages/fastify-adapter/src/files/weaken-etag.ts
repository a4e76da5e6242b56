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

const weaken: onSendHookHandler = (_request, reply, payload, done) => {
  const before = (reply as FileReply)[CODING];
  const coding = reply.getHeader('content-encoding') ?? '';
  if (before !== undefined && coding !== before && coding !== 'identity') {
    const etag = reply.getHeader('etag');
    if (typeof etag === 'string' && !etag.startsWith('W/')) reply.header('etag', `W/${etag}`);
    reply.removeHeader('accept-ranges');
  }
  done(null, payload);
};
