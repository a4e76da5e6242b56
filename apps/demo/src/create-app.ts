import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { OverridesInit } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';

import { controllers } from './controllers.js';
import { dataFolder } from './data-folder.js';
import { jobLog } from './jobs/job-log.js';
import { PageController } from './page/page-controller.js';

export interface AppOptions {
  /** Folder for what the service keeps; made when it is not there. */
  readonly dataFolder: string;
  /** Fastify's `logger`. Default false: no log. */
  readonly logger?: FastifyServerOptions['logger'];
  /** What stands in for dependencies. Default: nothing. */
  readonly overrides?: OverridesInit;
}

/** Makes the server, ready to listen. What the controllers ask for is open then, and closed when the server has closed. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: options.logger ?? false });
  await app.register(sluice, {
    prefix: '/api',
    controllers,
    overrides: [
      // What each finds by itself is for a controller that is tried alone.
      [dataFolder, () => options.dataFolder],
      // #region jobs
      [jobLog, () => app.log],
      // #endregion
      ...(options.overrides ?? []),
    ],
    docs: readManifest(),
  });
  // #region page
  await app.register(sluice, { controllers: [PageController] });
  // #endregion
  return app;
}

/** What the package says of itself, which the OpenAPI document says of the service. */
function readManifest(): { title: string; version: string; description: string } {
  const manifest = path.join(__dirname, '..', 'package.json');
  const { name, version, description } = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, string>;
  return { title: name ?? '', version: version ?? '', description: description ?? '' };
}
