import { setTimeout as pause } from 'node:timers/promises';

import { Listeners } from '../load/listeners.js';
import type { Measurement } from '../measurement.js';

interface IdleLoadOptions {
  /** Connections that are opened and closed before. */
  readonly passing: number;
  /** Connections that are open at the first look at the memory. */
  readonly before: number;
  /** Connections that are opened between the two looks. */
  readonly added: number;
}

const PASSING_AT_ONCE = 500;
/** Time for a server to send what it has to send, and to see that clients are gone, in milliseconds. */
const CALM = 300;

/** The work of holding event streams open on which nothing happens. */
export function idleLoad({ passing, before, added }: IdleLoadOptions): Pick<Measurement, 'open'> {
  return {
    open: async (port) => {
      for (let opened = 0; opened < passing; opened += PASSING_AT_ONCE) {
        const passers = new Listeners(port, '/events');
        await passers.add(Math.min(PASSING_AT_ONCE, passing - opened));
        passers.close();
        await pause(CALM);
      }
      const listeners = new Listeners(port, '/events');
      await listeners.add(before);
      await pause(CALM);
      return {
        run: async () => {
          const start = performance.now();
          await listeners.add(added);
          await pause(CALM);
          listeners.check();
          return { units: added, milliseconds: performance.now() - start };
        },
        close: () => {
          listeners.close();
        },
      };
    },
  };
}
