import {
  type ChannelCounts,
  Controller,
  Depends,
  EventSourceResponse,
  Get,
  Header,
  Post,
  Query,
  Req,
} from '@sluice/core';
import type { FastifyRequest } from 'fastify';

import { LoadMeter } from './load-meter.js';
import { runLoadMeter } from './run-load-meter.js';
import { type Viewer, Viewers } from './viewers.js';

/** The load of the service, live, for any number of viewers: one channel, encoded once for all of them. */
@Controller('/live/load', { tags: ['live'] })
export class LoadController {
  readonly #viewers = new Viewers();

  constructor(@Depends(runLoadMeter) private readonly meter: LoadMeter) {}

  /** The last minute and all that follows; a browser that comes back gets what it missed, and nothing twice. */
  @Get('/', { responseClass: EventSourceResponse })
  watch(
    @Req() request: FastifyRequest,
    @Query('viewer', { optional: true }) name?: string,
    @Header('last-event-id', { optional: true }) lastEventId?: string,
  ): EventSourceResponse {
    if (request.method !== 'HEAD') {
      this.#viewers.add({ name, since: Date.now(), lastEventId }, request.raw.socket);
    }
    return new EventSourceResponse(this.meter.channel.subscribe({ lastEventId, replay: true }));
  }

  /** The counters of the channel, and who is connected. */
  @Get('/state')
  state(): { counts: ChannelCounts; viewers: Viewer[] } {
    return { counts: this.meter.channel.counts, viewers: this.#viewers.list() };
  }

  /** Breaks the connections of one viewer or of all, without a word to them. */
  @Post('/cut')
  cut(@Query('viewer', { optional: true }) name?: string): { cut: number } {
    return { cut: this.#viewers.cut(name) };
  }
}
