import { Controller, FileResponse, Get, Param } from '@sluice/core';
import { sluice, type SluiceOptions } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export function listen(folder: string): Promise<number> {
  return listenWith(folder, {});
}

/** @param options Those that the plugin has for files. */
export async function listenWith(folder: string, options: Pick<SluiceOptions, 'fileCache'>): Promise<number> {
  @Controller('/files')
  class FilesController {
    @Get('/*')
    read(@Param('*') name: string) {
      return new FileResponse(name, { root: folder });
    }
  }

  const app = Fastify();
  await app.register(sluice, { controllers: [FilesController], ...options });
  return listenOnLoopback(app);
}
