import { setTimeout } from 'node:timers/promises';

import { Body, Controller, Get, HTTPException, Param, Post, Response, StreamingResponse } from '@sluice/core';

import { FABLES } from './fables.js';
import { WordChain } from './word-chain.js';
import { WriteText } from './write-text.js';
import { type Writing, Writings } from './writings.js';

// About as fast as a large language model writes.
const PACE_MS = 60;

/** Text that is made while it is read, and no longer than it is read. */
@Controller('/live/texts', { tags: ['live'] })
export class TextsController {
  readonly #chain = new WordChain(FABLES);
  readonly #writings = new Writings();

  /** A word at a time. The signal fires when the reader has gone, and what comes after `finally` never runs. */
  @Post('/', { responseClass: StreamingResponse, mediaType: 'text/plain' })
  async *write(
    @Body() { words }: WriteText,
    response: Response,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const writing = this.#writings.begin();
    response.headers.set('x-writing-id', String(writing.id));
    try {
      for (const word of this.#chain.write()) {
        await setTimeout(PACE_MS, undefined, { signal });
        writing.words += 1;
        yield word;
        if (writing.words === words) return;
      }
    } finally {
      writing.state = writing.words === words ? 'finished' : 'stopped';
    }
  }

  /** What became of a text: how many words the service has written of it, whether they were read or not. */
  @Get('/:id', { responses: { 404: { description: 'No text has this id' } } })
  find(@Param('id', { type: 'integer' }) id: number): Writing {
    const writing = this.#writings.find(id);
    if (writing === undefined) throw new HTTPException(404, 'Text not found');
    return writing;
  }
}
