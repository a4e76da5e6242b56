import type { Socket } from 'node:net';

/** A connection on which somebody reads an event stream. */
export interface Viewer {
  /** What the client calls itself. */
  readonly name: string | undefined;
  /** When it connected, in milliseconds since 1970. */
  readonly since: number;
  /** The `Last-Event-ID` that it came with: a browser sends it by itself when it connects again. */
  readonly lastEventId: string | undefined;
}

/** Who is connected; and a way to break a connection, as a cable that is pulled or a proxy that gives up would. */
export class Viewers {
  readonly #sockets = new Map<Viewer, Socket>();

  add(viewer: Viewer, socket: Socket): void {
    this.#sockets.set(viewer, socket);
    socket.once('close', () => this.#sockets.delete(viewer));
  }

  list(): Viewer[] {
    return [...this.#sockets.keys()];
  }

  /** Breaks the connections of one viewer, or without a name those of all, and counts them. */
  cut(name: string | undefined): number {
    const cut = [...this.#sockets].filter(([viewer]) => name === undefined || viewer.name === name);
    for (const [, socket] of cut) socket.destroy();
    return cut.length;
  }
}
