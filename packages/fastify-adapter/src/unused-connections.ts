import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

/** How long a connection may be silent that comes while the server closes, in milliseconds. */
const GRACE = 1000;

/**
 * The connections of a server on which nothing has been asked yet. Browsers and proxies open some in advance, and
 * `server.close()` of Node, which ends connections that are idle after a request, waits for these without a limit.
 */
export class UnusedConnections {
  /** Those that had not been used when they were last looked at. A listener on each would be dearer than to look. */
  #sockets: Socket[] = [];
  #lookAt = FEW;
  #ended = false;

  constructor(instance: FastifyInstance) {
    const server: EventEmitter = instance.server;
    // With TLS a connection has been used for the handshake before it is one of HTTP.
    const isTls = 'setSecureContext' in server;
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#add(socket);
    });
  }

  /** Ends them, and those that come later. */
  end(): void {
    this.#ended = true;
    this.#sockets.forEach(endUnused);
    this.#sockets = [];
  }

  #add(socket: Socket): void {
    if (this.#ended) setTimeout(endUnused, GRACE, socket).unref();
    else if (this.#sockets.push(socket) >= this.#lookAt) {
      this.#sockets = this.#sockets.filter(isUnused);
      this.#lookAt = Math.max(FEW, 2 * this.#sockets.length);
    }
  }
}

/** So many are kept without a look. */
const FEW = 32;

function isUnused({ bytesRead, destroyed }: Socket): boolean {
  return bytesRead === 0 && !destroyed;
}

function endUnused(socket: Socket): void {
  if (isUnused(socket)) socket.destroy();
}
