import type { Constructor } from '@sluice/core';

import { ActivityController } from './activity/activity-controller.js';
import { BasicsController } from './basics/basics-controller.js';
import { DownloadsController } from './downloads/downloads-controller.js';
import { ItemsController } from './items/items-controller.js';
import { JobsController } from './jobs/jobs-controller.js';
import { LifeController } from './life/life-controller.js';
import { LoadController } from './live/load-controller.js';
import { TextsController } from './live/texts-controller.js';
import { NodesController } from './nodes/nodes-controller.js';

/** What is served below /api. */
export const controllers: readonly Constructor[] = [
  // One a line.
  BasicsController,
  // #region items
  // Before what else writes to the data folder: the store refuses one that another process has open.
  ItemsController,
  // #endregion
  ActivityController,
  JobsController,
  DownloadsController,
  LoadController,
  TextsController,
  LifeController,
  NodesController,
];
