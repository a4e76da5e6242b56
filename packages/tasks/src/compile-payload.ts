import type { ErrorDetail } from '@sluice/core';
import { compileConverter } from '@sluice/core/internal';

import { TaskQueueError } from './task-queue-error.js';

/**
 * Turns a parsed payload into what the handler gets.
 *
 * @param task Its name, for the message.
 * @throws TaskQueueError PAYLOAD_INVALID, with every fault.
 */
export type ReadPayload = (parsed: unknown, task: string) => Promise<unknown>;

const readAny: ReadPayload = async (parsed) => parsed;

/** Compiles the model class of a payload. @param declared Whether one was given, if only as undefined. */
export function compilePayload(
  model: unknown,
  declared: boolean,
): { readonly read: ReadPayload } | { readonly problem: string } {
  if (!declared) return { read: readAny };
  // What a circle of imports leaves of a class that is used before its module has run.
  if (typeof model !== 'function') return { problem: `payload is ${String(model)}` };
  const compiled = compileConverter(model);
  switch (compiled.kind) {
    case 'empty-model':
      return { problem: `payload ${model.name} has no field with a decorator of class-validator` };
    case 'faulty-model':
      return { problem: compiled.faults.map(({ problem }) => problem).join('; ') };
    case 'unknown':
      return { problem: `payload is ${model.name}, which is no model class` };
    default:
      return {
        read: async (parsed, task) => {
          const faults: ErrorDetail[] = [];
          const payload = await compiled.convert(parsed, ['payload'], faults);
          if (faults.length > 0) throw unfit(task, model.name, faults);
          return payload;
        },
      };
  }
}

function unfit(task: string, model: string, detail: readonly ErrorDetail[]): TaskQueueError {
  const said = detail.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; ');
  return new TaskQueueError('PAYLOAD_INVALID', `${task} → ${said} → give what ${model} takes`, { detail });
}
