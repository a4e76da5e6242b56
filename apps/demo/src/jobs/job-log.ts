import { dependency } from '@sluice/core';
import type { TaskLog } from '@sluice/tasks';

/** Where the queue says which attempt has failed, and why. `createApp` puts the log of the server in its place. */
export const jobLog = dependency({}, (): TaskLog => console, { scope: 'app' });
