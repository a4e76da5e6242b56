import { Controller, EventSourceResponse, Get, StreamingResponse } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { laterRows, rows, slowRows, tokens, twoRows } from './sources.js';

const CSV = { responseClass: StreamingResponse, mediaType: 'text/csv' };

@Controller()
class StreamsController {
  @Get('/rows.csv', CSV)
  rows() {
    return rows();
  }

  @Get('/later-rows.csv', CSV)
  laterRows() {
    return laterRows();
  }

  @Get('/slow-rows.csv', CSV)
  slowRows() {
    return slowRows();
  }

  @Get('/two-rows.csv', CSV)
  twoRows() {
    return twoRows();
  }

  @Get('/tokens', { responseClass: EventSourceResponse })
  tokens() {
    return tokens();
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [StreamsController] });
  return listenOnLoopback(app);
}
