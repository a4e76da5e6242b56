import path from 'node:path';

import type { Constructor } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';

import { ActivityController } from './activity/activity-controller.js';
import { ActivityLog } from './activity/activity-log.js';
import { BasicsController } from './basics/basics-controller.js';
import { ItemStore } from './items/item-store.js';
import { ItemsController } from './items/items-controller.js';
import { PageController } from './page-controller.js';

export interface AppOptions {
  /** Folder for the database and the log; made when it is not there. */
  readonly dataFolder: string;
  readonly logger?: FastifyServerOptions['logger'];
}

/** Makes the server, ready to listen. */
export async function createApp({ dataFolder, logger = false }: AppOptions): Promise<FastifyInstance> {
  const activity = await ActivityLog.open(path.join(dataFolder, 'activity.log'));
  const store = await ItemStore.open(path.join(dataFolder, 'items'));

  const controllers = new Map<Constructor, object>([
    [ItemsController, new ItemsController(store, activity)],
    [ActivityController, new ActivityController(activity)],
    [BasicsController, new BasicsController()],
  ]);

  const app = Fastify({ logger });
  app.addHook('onClose', () => store.close());
  await app.register(sluice, { controllers: [PageController] });
  await app.register(sluice, {
    prefix: '/api',
    controllers: [...controllers.keys()],
    container: { resolve: (target) => controllers.get(target) },
  });
  return app;
}
