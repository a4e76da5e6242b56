import { Body, Channel, Controller, Depends, EventSourceResponse, Get, Header, Post } from '@sluice/core';

import type { NodeSettings } from '../settings.js';
import { type Message, NewMessage } from './message.js';
import { openMessages } from './open-messages.js';
import { thisNode } from './this-node.js';

/** Messages that whoever is connected to any node gets. */
@Controller('/nodes', { tags: ['nodes'] })
export class NodesController {
  constructor(
    @Depends(openMessages) private readonly messages: Channel<Message>,
    @Depends(thisNode) private readonly node: NodeSettings,
  ) {}

  /** The same code for one node and for several: what carries the channel is its broker's business. */
  @Post('/messages', { statusCode: 201 })
  async publish(@Body() { text }: NewMessage): Promise<{ id: string; node: string }> {
    const node = this.node.name;
    return { id: await this.messages.publish({ text, node }), node };
  }

  /** The last messages and all that follow. A client may come back to any node, and gets what it missed. */
  @Get('/messages', { responseClass: EventSourceResponse })
  watch(@Header('last-event-id', { optional: true }) lastEventId?: string): EventSourceResponse {
    return new EventSourceResponse(this.messages.subscribe({ lastEventId, replay: true }));
  }

  /** Which node answers, and whether it shares anything with others. */
  @Get('/here')
  here(): { name: string; process: number; shared: boolean } {
    const { name, redisUrl } = this.node;
    return { name, process: process.pid, shared: redisUrl !== undefined };
  }
}
