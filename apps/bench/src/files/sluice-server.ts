import { Controller, FileResponse, Get, Param } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

export async function listen(folder: string): Promise<number> {
  @Controller('/files')
  class FilesController {
    @Get('/*')
    read(@Param('*') name: string) {
      return new FileResponse(name, { root: folder });
    }
  }

  const app = Fastify();
  await app.register(sluice, { controllers: [FilesController] });
  return listenOnLoopback(app);
}
