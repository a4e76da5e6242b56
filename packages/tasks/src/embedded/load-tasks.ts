import type { QueueSettings } from '../queue-options.js';
import { readRecord, STATE_PREFIX, type TaskRecord } from './task-record.js';
import type { TaskStore } from './task-store.js';

/** A task as it was found. */
interface LoadedTask {
  readonly record: TaskRecord;
  /** Milliseconds since it was done. */
  readonly age: number;
  /** How long it waits still; undefined where it is not to be run. */
  readonly delay: number | undefined;
}

interface LoadedTasks {
  /** In the order in which those that are finished were. */
  readonly records: readonly LoadedTask[];
  /** Those whose state is another one than that which is stored. */
  readonly changed: readonly TaskRecord[];
  readonly nextSeq: number;
}

/** Reads what a store holds, and says in the log what of it cannot be run. */
export async function loadTasks(
  store: TaskStore,
  { tasks, maxInterruptions, log }: QueueSettings,
): Promise<LoadedTasks> {
  const records: LoadedTask[] = [];
  const changed: TaskRecord[] = [];
  const unknown = new Map<string, number>();
  const now = Date.now();
  let interrupted = 0;
  let nextSeq = 1;
  for await (const [key, text] of store.entries(STATE_PREFIX)) {
    const record = readRecord(text);
    if (record === undefined) {
      log.error({ key }, `a stored task cannot be read; it is left as it is: ${key}`);
      continue;
    }
    nextSeq = Math.max(nextSeq, record.seq + 1);
    if (record.state === 'running') {
      if (interrupt(record, maxInterruptions, now)) {
        log.error({ task: record.name, id: record.id }, record.error?.message ?? '');
      }
      interrupted += 1;
      changed.push(record);
    }
    const known = tasks.has(record.name);
    if (!known && record.state === 'waiting') unknown.set(record.name, (unknown.get(record.name) ?? 0) + 1);
    records.push({
      record,
      age: clamp(now - (record.finishedAt ?? now), 0),
      // After a jump of the clock, back or forth, it waits no longer than it would have anyway.
      delay:
        known && record.state === 'waiting'
          ? clamp(record.delay - clamp(now - record.waitsSince, 0), 0)
          : undefined,
    });
  }
  if (interrupted > 0)
    log.warn({ count: interrupted }, `${interrupted} tasks ran when the process ended; they are run again`);
  for (const [name, count] of unknown) {
    log.error(
      { task: name, count },
      `no task is named ${JSON.stringify(name)}: ${count} that are stored wait until one is`,
    );
  }
  records.sort((a, b) => (a.record.finishedAt ?? 0) - (b.record.finishedAt ?? 0));
  return { records, changed, nextSeq };
}

/** @returns Whether it is dead now. */
function interrupt(record: TaskRecord, maxInterruptions: number, now: number): boolean {
  record.interruptions += 1;
  record.delay = 0;
  if (record.interruptions < maxInterruptions) {
    record.state = 'waiting';
    return false;
  }
  record.state = 'dead';
  record.finishedAt = now;
  record.error = {
    message: `${record.name} was running when the process ended, ${record.interruptions} times; it is among the dead letters`,
  };
  return true;
}

function clamp(value: number, least: number): number {
  return Math.max(value, least);
}
