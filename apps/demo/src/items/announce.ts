import { setTimeout } from 'node:timers/promises';

import type { ActivityLog } from '../activity/activity-log.js';

// Stands in for slow work, such as sending a mail, which no client should have to wait for.
const DURATION_MS = 500;

/** Tells of a change; a background task. */
export async function announce(activity: ActivityLog, line: string): Promise<void> {
  await setTimeout(DURATION_MS);
  await activity.write(line);
}
