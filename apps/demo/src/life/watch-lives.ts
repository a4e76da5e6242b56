import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { dependency } from '@sluice/core';
import type { ResponseEnd } from '@sluice/fastify-adapter';

import { Lives } from './lives.js';

// Every response of the process is told of here, when it has ended.
const RESPONSE_END = 'sluice.response.end';

/** What is known of requests, which are watched for as long as the server lives. */
export const watchLives = dependency(
  {},
  async function* () {
    const lives = new Lives();
    const onEnd = (end: unknown): void => {
      lives.responseEnded(end as ResponseEnd);
    };
    subscribe(RESPONSE_END, onEnd);
    try {
      yield lives;
    } finally {
      unsubscribe(RESPONSE_END, onEnd);
    }
  },
  { scope: 'app' },
);
