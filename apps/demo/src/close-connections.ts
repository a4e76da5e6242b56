import type { FastifyInstance } from 'fastify';

// For responses that Sluice does not wait for: short ones, without a stream or tasks.
const GRACE_MS = 1000;

/**
 * Ends what is still connected soon after the server began to close. Node waits without limit for connections on which
 * nothing was asked yet, and browsers and proxies open some in advance.
 *
 * A plugin to register last: its hook runs when the plugins before it have ended their streams and tasks.
 */
export async function closeConnections(instance: FastifyInstance): Promise<void> {
  instance.addHook('preClose', async () => {
    setTimeout(() => {
      instance.server.closeAllConnections();
    }, GRACE_MS).unref();
  });
}
