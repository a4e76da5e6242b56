import path from 'node:path';

import { dependency } from '@sluice/core';

import { dataFolder } from '../data-folder.js';
import { nameSetting } from '../settings.js';
import { ActivityLog } from './activity-log.js';

/** The log, one for the server. */
export const openActivityLog = dependency(
  { folder: dataFolder },
  ({ folder }) => nameSetting('DATA_FOLDER', ActivityLog.open(path.join(folder, 'activity.log'))),
  { scope: 'app' },
);
