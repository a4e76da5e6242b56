import type { QueueCounts } from '../task-queue.js';
import type { Schedule } from './schedule.js';
import type { TaskRecord } from './task-record.js';

/** How long what is done is kept. */
interface KeepDone {
  readonly age: number;
  readonly count: number;
}

/** Every task that is stored, and how many are in which state. */
export class TaskTable {
  readonly #records = new Map<string, TaskRecord>();
  readonly #counts = { waiting: 0, running: 0, done: 0, dead: 0 };
  /** Dead ones, in the order in which they died. */
  readonly #dead = new Map<string, TaskRecord>();
  /** When those that are done are forgotten, in the order in which they were done. */
  readonly #expiry = new Map<string, number>();
  readonly #keepDone: KeepDone;
  readonly #now: () => number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(keepDone: KeepDone, now: () => number) {
    this.#keepDone = keepDone;
    this.#now = now;
  }

  get(id: string): TaskRecord | undefined {
    return this.#records.get(id);
  }

  /** @param age Milliseconds since it was done. */
  add(record: TaskRecord, age = 0): void {
    this.#records.set(record.id, record);
    this.#enter(record, age);
  }

  setState(record: TaskRecord, state: TaskRecord['state']): void {
    this.#leave(record);
    record.state = state;
    this.#enter(record, 0);
  }

  remove(record: TaskRecord): void {
    this.#leave(record);
    this.#records.delete(record.id);
  }

  /** The dead ones, the last one first. */
  listDead(offset: number, limit: number): TaskRecord[] {
    const end = this.#dead.size - offset;
    return [...this.#dead.values()].slice(Math.max(0, end - limit), Math.max(0, end)).reverse();
  }

  count(schedule: Schedule): QueueCounts {
    const { waiting, ...others } = this.#counts;
    const { delayed } = schedule;
    return { waiting: waiting - delayed, delayed, ...others };
  }

  /** Takes out those that were done long enough ago. */
  takeExpired(): TaskRecord[] {
    const now = this.#now();
    const expired: TaskRecord[] = [];
    for (const [id, expiry] of this.#expiry) {
      if (this.#expiry.size <= this.#keepDone.count && expiry > now) break;
      const record = this.#records.get(id);
      if (record === undefined) continue;
      this.remove(record);
      expired.push(record);
    }
    return expired;
  }

  #enter(record: TaskRecord, age: number): void {
    this.#counts[record.state] += 1;
    if (record.state === 'dead') this.#dead.set(record.id, record);
    if (record.state === 'done') this.#expiry.set(record.id, this.#now() + this.#keepDone.age - age);
  }

  #leave(record: TaskRecord): void {
    this.#counts[record.state] -= 1;
    this.#dead.delete(record.id);
    this.#expiry.delete(record.id);
  }
}
