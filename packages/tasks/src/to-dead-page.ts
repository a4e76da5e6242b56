import { TaskQueueError } from './task-queue-error.js';

/** Which dead letters are asked for. @throws TaskQueueError ENQUEUE_INVALID */
export function toDeadPage({
  limit = 100,
  offset = 0,
}: { readonly limit?: number; readonly offset?: number } = {}): { limit: number; offset: number } {
  if (Number.isSafeInteger(limit) && limit >= 1 && Number.isSafeInteger(offset) && offset >= 0) {
    return { limit, offset };
  }
  throw new TaskQueueError(
    'ENQUEUE_INVALID',
    `deadLetters.list({ limit: ${String(limit)}, offset: ${String(offset)} }) → no such page → give a limit from 1 and an offset from 0`,
  );
}
