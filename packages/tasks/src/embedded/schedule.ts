import Heap from 'heap-js';

import type { TaskRecord } from './task-record.js';

interface Delayed {
  readonly record: TaskRecord;
  readonly due: number;
}

/**
 * Which task is next. Times are those of a clock that does not jump: a delay is a length of time, not an hour of the day.
 */
export class Schedule {
  readonly #ready = new Heap<TaskRecord>((a, b) => a.priority - b.priority || a.seq - b.seq);
  readonly #delayed = new Heap<Delayed>((a, b) => a.due - b.due || a.record.seq - b.record.seq);
  /** Ids of those whose delay is not over. */
  readonly #delayedIds = new Set<string>();
  readonly #now: () => number;

  /** @param now Milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many can begin now. */
  get ready(): number {
    this.#advance();
    return this.#ready.length;
  }

  get delayed(): number {
    this.#advance();
    return this.#delayed.length;
  }

  isDelayed(id: string): boolean {
    this.#advance();
    return this.#delayedIds.has(id);
  }

  /** @param delay Milliseconds from now. */
  add(record: TaskRecord, delay: number): void {
    if (delay <= 0) {
      this.#ready.push(record);
      return;
    }
    this.#delayed.push({ record, due: this.#now() + delay });
    this.#delayedIds.add(record.id);
  }

  /** Takes the next one out; undefined where none can begin. */
  take(): TaskRecord | undefined {
    this.#advance();
    return this.#ready.pop();
  }

  /** Milliseconds until the next delay is over; undefined where there is none. */
  get wait(): number | undefined {
    const next = this.#delayed.peek();
    return next === undefined ? undefined : Math.max(0, next.due - this.#now());
  }

  #advance(): void {
    const now = this.#now();
    for (
      let next = this.#delayed.peek();
      next !== undefined && next.due <= now;
      next = this.#delayed.peek()
    ) {
      this.#delayed.pop();
      this.#delayedIds.delete(next.record.id);
      this.#ready.push(next.record);
    }
  }
}
