import path from 'node:path';

import type { Constructor } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';

import { ActivityController } from './activity/activity-controller.js';
import { ActivityLog } from './activity/activity-log.js';
import { BasicsController } from './basics/basics-controller.js';
import { DownloadFolder } from './downloads/download-folder.js';
import { DownloadsController } from './downloads/downloads-controller.js';
import { ItemStore } from './items/item-store.js';
import { ItemsController } from './items/items-controller.js';
import { LoadController } from './live/load-controller.js';
import { LoadMeter } from './live/load-meter.js';
import { TextsController } from './live/texts-controller.js';
import { PageController } from './page-controller.js';

export interface AppOptions {
  /** Folder for the database, the log and the files to download; made when it is not there. */
  readonly dataFolder: string;
  /** Fastify's `logger`. Default false: no log. */
  readonly logger?: FastifyServerOptions['logger'];
}

/** Makes the server, ready to listen. */
export async function createApp({ dataFolder, logger = false }: AppOptions): Promise<FastifyInstance> {
  // The store first: it refuses a folder that another process has open, before anything is written there.
  const store = await ItemStore.open(path.join(dataFolder, 'items'));
  const activity = await ActivityLog.open(path.join(dataFolder, 'activity.log'));
  const downloads = await DownloadFolder.open(path.join(dataFolder, 'downloads'));

  const load = new LoadMeter();

  const api = new Map<Constructor, object>([
    [BasicsController, new BasicsController()],
    [ItemsController, new ItemsController(store, activity)],
    [ActivityController, new ActivityController(activity)],
    [DownloadsController, new DownloadsController(downloads, store)],
    [LoadController, new LoadController(load)],
    [TextsController, new TextsController()],
  ]);

  const app = Fastify({ logger });
  // Runs after Sluice has waited for open responses and background tasks, which may still use the store.
  app.addHook('onClose', () => store.close());
  app.addHook('onReady', () => {
    load.start();
  });
  app.addHook('onClose', () => load.close());
  await app.register(sluice, { controllers: [PageController] });
  await app.register(sluice, {
    prefix: '/api',
    controllers: [...api.keys()],
    container: { resolve: (target) => api.get(target) },
    docs: {
      title: 'Sluice demo',
      version: '1.0.0',
      description: 'A store of items, and one route of each kind.',
    },
  });
  return app;
}
