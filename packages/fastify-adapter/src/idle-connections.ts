import type { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

/** How often it looks for connections that have become idle while the server closes, in milliseconds. */
const INTERVAL = 100;

/**
 * The connections of a server on which nothing is asked, which hold its close: Node's `server.close()` ends those that are
 * idle at that moment, and waits for the others. Those that become idle a moment later are kept for `keepAliveTimeout`,
 * which is 72 s in Fastify; those on which nothing was asked yet, which browsers and proxies open in advance, without a limit.
 */
export class IdleConnections {
  readonly #server: Server;
  /**
   * Those that were unused when they were last looked at. A listener on each would be dearer than to look. Not held: of a
   * thousand that came at once, all would be kept with their responses, closed as they are, until a thousand more had come.
   */
  #sockets: WeakRef<Socket>[] = [];
  #lookAt = FEW;

  constructor({ server }: FastifyInstance) {
    this.#server = server;
    // With TLS a connection has been used for the handshake before it is one of HTTP.
    const isTls = 'setSecureContext' in server;
    (server as EventEmitter).on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#add(socket);
    });
  }

  /** Ends them, and those that come or become idle later, until the server has closed. */
  end(): void {
    const server = this.#server;
    // One that only `inject` asks has no connections.
    if (!server.listening) return;
    const end = (): void => {
      this.#sockets.forEach(endUnused);
      this.#sockets = this.#sockets.filter(isUnused);
      // A server of HTTP/2 has none.
      (server as Partial<Server>).closeIdleConnections?.();
    };
    const timer = setInterval(end, INTERVAL).unref();
    server.once('close', () => {
      clearInterval(timer);
    });
    this.#sockets.forEach(endUnused);
  }

  #add(socket: Socket): void {
    if (this.#sockets.push(new WeakRef(socket)) >= this.#lookAt) {
      this.#sockets = this.#sockets.filter(isUnused);
      this.#lookAt = Math.max(FEW, 2 * this.#sockets.length);
    }
  }
}

/** So many are kept without a look. */
const FEW = 32;

function isUnused(ref: WeakRef<Socket>): boolean {
  const socket = ref.deref();
  return socket?.bytesRead === 0 && !socket.destroyed;
}

function endUnused(ref: WeakRef<Socket>): void {
  if (isUnused(ref)) ref.deref()?.destroy();
}
