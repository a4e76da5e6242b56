import { toDeadPage } from '../to-dead-page.js';
import { TaskQueueError } from '../task-queue-error.js';
import type { DeadLetter, DeadLetters } from '../task-queue.js';
import type { StoreWriter } from './store-writer.js';
import { toInfo, toPayloadKey, toStateKey, type TaskRecord } from './task-record.js';
import type { TaskStore } from './task-store.js';
import type { TaskTable } from './task-table.js';

/** What dead letters need of their queue. */
interface Owner {
  readonly store: TaskStore;
  readonly table: TaskTable;
  readonly writer: StoreWriter;
  /** @throws TaskQueueError QUEUE_CLOSED */
  checkOpen(): void;
  /** Lets a task be run again. */
  revive(record: TaskRecord): void;
}

/** The dead letters of an embedded queue. */
export class EmbeddedDeadLetters implements DeadLetters {
  readonly #owner: Owner;
  /** Those for which something is being written. */
  readonly #busy = new Set<string>();

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  async list(page?: { readonly limit?: number; readonly offset?: number }): Promise<DeadLetter[]> {
    this.#owner.checkOpen();
    const { offset, limit } = toDeadPage(page);
    const records = this.#owner.table.listDead(offset, limit);
    return Promise.all(records.map(async (record) => this.#read(record)));
  }

  async retry(id: string): Promise<void> {
    await this.#change(id, async (record) => {
      const revived: TaskRecord = {
        ...record,
        ...{ state: 'waiting', failures: 0, interruptions: 0, delay: 0, waitsSince: Date.now() },
      };
      delete revived.finishedAt;
      delete revived.error;
      const key = toStateKey(id);
      await this.#owner.writer.commit(
        [{ key, value: JSON.stringify(revived) }],
        [{ key, value: JSON.stringify(record) }],
      );
      this.#owner.table.remove(record);
      this.#owner.table.add(revived);
      this.#owner.revive(revived);
    });
  }

  async remove(id: string): Promise<void> {
    await this.#change(id, async (record) => {
      const [state, payload] = [toStateKey(id), toPayloadKey(id)];
      const stored = await this.#owner.store.get(payload);
      await this.#owner.writer.commit(
        [{ key: state }, { key: payload }],
        [
          { key: state, value: JSON.stringify(record) },
          ...(stored === undefined ? [] : [{ key: payload, value: stored }]),
        ],
      );
      this.#owner.table.remove(record);
    });
  }

  async #change(id: string, change: (record: TaskRecord) => Promise<void>): Promise<void> {
    this.#owner.checkOpen();
    const record = this.#owner.table.get(id);
    if (record?.state !== 'dead' || this.#busy.has(id)) {
      throw new TaskQueueError(
        'TASK_NOT_DEAD',
        `${id} → it is not among the dead letters → take an id of deadLetters.list()`,
      );
    }
    this.#busy.add(id);
    try {
      await change(record);
    } finally {
      this.#busy.delete(id);
    }
  }

  async #read(record: TaskRecord): Promise<DeadLetter> {
    const payload = await this.#owner.store.get(toPayloadKey(record.id));
    return {
      ...toInfo(record, false),
      finishedAt: new Date(record.finishedAt ?? record.enqueuedAt),
      payload: payload === undefined ? undefined : (JSON.parse(payload) as unknown),
      error: record.error ?? { message: 'unknown' },
    };
  }
}
