import { Attempts } from '../attempts.js';
import type { AttemptOutcome } from '../attempt.js';
import { LONGEST_TIMEOUT } from '../is-time.js';
import { toRetryTime } from '../to-retry-time.js';
import type { QueueSettings } from '../queue-options.js';
import { TaskQueueError } from '../task-queue-error.js';
import type {
  DeadLetters,
  EnqueuedTask,
  EnqueueOptions,
  QueueCounts,
  TaskInfo,
  TaskQueue,
  TaskWatch,
} from '../task-queue.js';
import type { AnyTask, Task } from '../task.js';
import { toError } from '../to-error.js';
import { toStoredTask, type StoredTask } from '../to-stored-task.js';
import { Watches } from '../watches.js';
import { EmbeddedDeadLetters } from './embedded-dead-letters.js';
import { loadTasks } from './load-tasks.js';
import { RateGate } from './rate-gate.js';
import { Schedule } from './schedule.js';
import { StoreWriter } from './store-writer.js';
import { toInfo, toPayloadKey, toStateKey, type TaskRecord } from './task-record.js';
import type { StoreChange, TaskStore } from './task-store.js';
import { TaskTable } from './task-table.js';

/** How long a task waits whose payload could not be read, and how often old ones are removed, in milliseconds. */
const STORE_PAUSE = 1000;
const PRUNE_EVERY = 30_000;

export interface EmbeddedSettings extends QueueSettings {
  /** Whether delays and the waits between attempts take no time, for tests. */
  readonly skipDelays: boolean;
}

/**
 * Runs the tasks of one store in this process.
 *
 * What is stored is known here, without the payloads; the disk is written, and read at the start. A task is on the disk
 * before `enqueue` resolves. That it runs, or has run, is with the system only: after a power cut it may be run again.
 *
 * This file is longer than others since it is the whole life of a task, in its order.
 */
export class EmbeddedQueue implements TaskQueue {
  readonly deadLetters: DeadLetters;
  readonly #store: TaskStore;
  readonly #settings: EmbeddedSettings;
  readonly #writer: StoreWriter;
  readonly #table: TaskTable;
  readonly #schedule: Schedule;
  readonly #gate: RateGate | undefined;
  readonly #attempts = new Attempts();
  readonly #watches = new Watches();
  /** Those that are on their way to the disk. */
  readonly #storing = new Map<string, Promise<void>>();
  readonly #runs = new Set<Promise<void>>();
  readonly #idle = new Set<() => void>();
  readonly #pruning: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #nextSeq = 1;
  #draining = false;
  #closed = false;
  #closing: Promise<void> | undefined;

  private constructor(store: TaskStore, settings: EmbeddedSettings) {
    // A clock that does not jump: delays are lengths of time.
    const now = (): number => performance.now();
    this.#store = store;
    this.#settings = settings;
    this.#writer = new StoreWriter(store, settings.log);
    this.#table = new TaskTable(settings.keepDone, now);
    this.#schedule = new Schedule(now);
    this.#gate = settings.rateLimit === undefined ? undefined : new RateGate(settings.rateLimit, now);
    this.deadLetters = new EmbeddedDeadLetters({
      ...{ store, table: this.#table, writer: this.#writer },
      checkOpen: () => {
        this.#checkOpen();
      },
      revive: (record) => {
        this.#wait(record, 0);
        this.#fill();
      },
    });
    this.#pruning = setInterval(() => void this.#prune(), PRUNE_EVERY).unref();
  }

  /** Opens the store, and takes up again what is in it. */
  static async open(store: TaskStore, settings: EmbeddedSettings): Promise<EmbeddedQueue> {
    await store.open();
    const queue = new EmbeddedQueue(store, settings);
    try {
      await queue.#load();
    } catch (error) {
      clearInterval(queue.#pruning);
      await store.close();
      throw error;
    }
    queue.#fill();
    return queue;
  }

  async enqueue<P>(task: Task<P>, payload: NoInfer<P>, options?: EnqueueOptions): Promise<EnqueuedTask> {
    this.#checkOpen();
    const { tasks } = this.#settings;
    const stored = await toStoredTask(tasks, task, payload, options);
    this.#checkOpen();
    const { id } = stored;
    const storing = this.#storing.get(id);
    if (storing !== undefined) await storing;
    if (this.#table.get(id) !== undefined) return { id, created: false };
    const written = this.#put(stored);
    this.#storing.set(id, written);
    try {
      await written;
    } finally {
      this.#storing.delete(id);
      this.#fill();
      this.#tellIdle();
    }
    return { id, created: true };
  }

  async find(id: string): Promise<TaskInfo | undefined> {
    this.#checkOpen();
    const record = this.#table.get(id);
    return record === undefined ? undefined : this.#toInfo(record);
  }

  watch(id: string, { signal }: { readonly signal?: AbortSignal } = {}): TaskWatch {
    this.#checkOpen();
    return this.#watches.open(id, async () => this.find(id), signal);
  }

  async counts(): Promise<QueueCounts> {
    this.#checkOpen();
    return this.#table.count(this.#schedule);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Waits until nothing waits, is delayed or runs. */
  async whenIdle(): Promise<void> {
    while (!this.#isIdle()) await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  async #close(): Promise<void> {
    this.#draining = true;
    clearTimeout(this.#timer);
    clearInterval(this.#pruning);
    await this.#attempts.drain(this.#settings.drainTimeout, this.#settings.log);
    await Promise.all(this.#runs);
    this.#closed = true;
    await Promise.allSettled(this.#storing.values());
    this.#watches.end();
    await this.#writer.close();
    await this.#store.close();
  }

  async #load(): Promise<void> {
    const { records, changed, nextSeq } = await loadTasks(this.#store, this.#settings);
    this.#nextSeq = nextSeq;
    for (const { record, age, delay } of records) {
      this.#table.add(record, age);
      if (delay !== undefined) this.#wait(record, delay);
    }
    if (changed.length > 0) await this.#writer.note(changed.map(toStateChange));
    await this.#prune();
  }

  async #put({ id, name, payload, delay, priority }: StoredTask): Promise<void> {
    const now = Date.now();
    const seq = this.#nextSeq;
    this.#nextSeq += 1;
    const record: TaskRecord = {
      ...{ v: 1, id, name, seq, priority, enqueuedAt: now },
      ...{ state: 'waiting', failures: 0, interruptions: 0, delay, waitsSince: now, progress: null },
    };
    const keys = [toStateKey(id), toPayloadKey(id)];
    await this.#writer.commit(
      [toStateChange(record), { key: toPayloadKey(id), value: payload }],
      keys.map((key) => ({ key })),
    );
    this.#table.add(record);
    this.#wait(record, delay);
  }

  /** Starts what can begin now, and sees to it that the rest begins later. */
  #fill(): void {
    clearTimeout(this.#timer);
    while (!this.#draining && this.#runs.size < this.#settings.concurrency && this.#pause() === 0) {
      const record = this.#schedule.take();
      if (record === undefined) break;
      this.#gate?.pass();
      const run = this.#run(record).finally(() => {
        this.#runs.delete(run);
        this.#fill();
        this.#tellIdle();
      });
      this.#runs.add(run);
    }
    const wait = this.#schedule.ready > 0 ? this.#pause() : this.#schedule.wait;
    if (this.#draining || wait === undefined || this.#runs.size >= this.#settings.concurrency) return;
    this.#timer = setTimeout(
      () => {
        this.#fill();
      },
      Math.min(Math.ceil(wait), LONGEST_TIMEOUT),
    );
  }

  #pause(): number {
    return this.#gate?.wait ?? 0;
  }

  async #run(record: TaskRecord): Promise<void> {
    const { id, name } = record;
    this.#table.setState(record, 'running');
    this.#tell(record);
    let payload: string | undefined;
    try {
      // That it runs is with the system before it does: a process that it brings down is counted.
      const marked = this.#writer.note([toStateChange(record)]);
      payload = await this.#store.get(toPayloadKey(id));
      await marked;
    } catch (error) {
      this.#settings.log.error({ err: error, task: name, id }, `the payload of ${name} could not be read`);
      this.#wait(record, STORE_PAUSE);
      return;
    }
    const task = this.#settings.tasks.get(name);
    if (task === undefined) return;
    const outcome: AttemptOutcome =
      payload === undefined
        ? { kind: 'failed', error: new Error('its payload is not in the store'), retry: false }
        : await this.#attempts.run({
            ...{ task, id, payload, attempt: record.failures + 1 },
            enqueuedAt: new Date(record.enqueuedAt),
            onProgress: (progress) => {
              record.progress = progress;
              this.#tell(record);
            },
          });
    this.#settle(task, record, outcome);
  }

  #settle(task: AnyTask, record: TaskRecord, outcome: AttemptOutcome): void {
    const changes: StoreChange[] = [];
    if (outcome.kind === 'interrupted') this.#wait(record, 0);
    else if (outcome.kind === 'done') {
      record.finishedAt = Date.now();
      this.#table.setState(record, 'done');
      changes.push({ key: toPayloadKey(record.id) });
    } else this.#fail(task, record, outcome);
    this.#tell(record);
    // Nobody waits for it: the next one begins, and closing waits for all that is being written.
    void this.#writer.note([...changes, toStateChange(record)]);
    void this.#prune();
  }

  #fail(task: AnyTask, record: TaskRecord, { error, retry }: { error: Error; retry: boolean }): void {
    const { id, name } = record;
    record.failures += 1;
    const delay = toRetryTime(task, record.failures, { error, retry }, { id, log: this.#settings.log });
    if (delay !== undefined) {
      this.#wait(record, delay);
      return;
    }
    const { message, stack } = toError(error, name);
    record.error = { message, ...(stack === undefined ? {} : { stack }) };
    record.finishedAt = Date.now();
    this.#table.setState(record, 'dead');
  }

  /** Lets a task wait for its time, then for its turn. */
  #wait(record: TaskRecord, delay: number): void {
    record.delay = delay;
    record.waitsSince = Date.now();
    if (record.state !== 'waiting') this.#table.setState(record, 'waiting');
    this.#schedule.add(record, this.#settings.skipDelays ? 0 : delay);
  }

  async #prune(): Promise<void> {
    const keys = this.#table.takeExpired().flatMap(({ id }) => [toStateKey(id), toPayloadKey(id)]);
    if (keys.length > 0) await this.#writer.note(keys.map((key) => ({ key })));
  }

  #toInfo(record: TaskRecord): TaskInfo {
    return toInfo(record, this.#schedule.isDelayed(record.id));
  }

  #tell(record: TaskRecord): void {
    if (this.#watches.has(record.id)) this.#watches.tell(this.#toInfo(record));
  }

  #isIdle(): boolean {
    return (
      this.#runs.size + this.#storing.size + this.#schedule.ready + this.#schedule.delayed === 0 ||
      this.#draining
    );
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }

  #checkOpen(): void {
    if (!this.#closed) return;
    throw new TaskQueueError(
      'QUEUE_CLOSED',
      'the queue → it was closed → close it when the server has closed: app.addHook("onClose", () => queue.close())',
    );
  }
}

function toStateChange(record: TaskRecord): StoreChange {
  return { key: toStateKey(record.id), value: JSON.stringify(record) };
}
