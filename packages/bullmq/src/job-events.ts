import type { TaskInfo } from '@sluice/tasks';
import type { Watches } from '@sluice/tasks/internal';
import { QueueEvents, type ConnectionOptions } from 'bullmq';

import { closeConnections } from './close-connections.js';

/** How often what is watched is looked at without an event, which Redis may have lost, in milliseconds. */
const LOOK_EVERY = 5000;
/** How long closing waits for Redis, in milliseconds. */
const CLOSING = 1000;

const EVENTS = [
  'active',
  'completed',
  'delayed',
  'failed',
  'progress',
  'removed',
  'stalled',
  'waiting',
] as const;

/** Where events are read from. */
interface EventSource {
  readonly name: string;
  readonly prefix: string;
  readonly connection: ConnectionOptions;
  /** The id of the newest event. */
  readonly lastEventId: string;
}

/** Looks at tasks that are watched when Redis says that they have changed. */
export class JobEvents {
  readonly #events: QueueEvents;
  readonly #watches: Watches;
  readonly #find: (id: string) => Promise<TaskInfo | undefined>;
  readonly #onError: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  /** Those that are being looked at; true where they are to be looked at again. */
  readonly #looking = new Map<string, boolean>();

  constructor(
    { name, ...options }: EventSource,
    watches: Watches,
    find: (id: string) => Promise<TaskInfo | undefined>,
    onError: (error: unknown) => void,
  ) {
    this.#watches = watches;
    this.#find = find;
    this.#onError = onError;
    this.#events = new QueueEvents(name, options);
    this.#events.on('error', onError);
    for (const event of EVENTS) {
      this.#events.on(event, ({ jobId }: { readonly jobId: string }) => {
        this.#look(jobId);
      });
    }
    this.#timer = setInterval(() => {
      for (const id of watches.ids) this.#look(id);
    }, LOOK_EVERY).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await closeConnections(this.#events, CLOSING);
  }

  #look(id: string): void {
    if (!this.#watches.has(id)) return;
    const isLooking = this.#looking.has(id);
    this.#looking.set(id, isLooking);
    if (!isLooking) void this.#read(id);
  }

  /** One reading after the other, so that what is told last is what was read last. */
  async #read(id: string): Promise<void> {
    try {
      do {
        this.#looking.set(id, false);
        const info = await this.#find(id);
        if (info === undefined) this.#watches.end(id);
        else this.#watches.tell(info);
      } while (this.#looking.get(id) === true);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#looking.delete(id);
    }
  }
}
