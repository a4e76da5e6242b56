import { setTimeout } from 'node:timers/promises';

import { defineTask } from '@sluice/tasks';

import { StoredNewsletter, Trouble } from './newsletter.js';

// Stands in for the work with one letter.
const PACE_MS = 40;

/** The work, by the name that is stored with it. It says how far it is after each letter. */
export const sendNewsletter = defineTask(
  'send-newsletter',
  async ({ letters, trouble, awayUntil }, { attempt, report, signal }) => {
    for (let sent = 0; sent <= letters; sent += 1) {
      if (Date.now() < awayUntil) throw new Error('the mail server does not answer');
      if (trouble === Trouble.Once && attempt === 1 && sent * 2 >= letters) throw new Error('broken off');
      report({ sent, letters, process: process.pid });
      await setTimeout(PACE_MS, undefined, { signal });
    }
  },
  { payload: StoredNewsletter, attempts: 3, backoff: { type: 'fixed', delay: 800 } },
);
