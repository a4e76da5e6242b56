import { readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { Controller, Get, Param, Post, Put, Query, type FileResponse, type Response } from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';
import type { FastifyInstance } from 'fastify';

import { ask, RawRequest, type RawResponse, type RequestFields } from './raw-request.js';
import { start, type TestServer } from './start.js';

/** Makes the response of a route; `name` is what the request has as `?name=`. */
export type Answer = (name: string) => FileResponse | Response;

/** When files of tests were changed, unless a test says otherwise: before now, and not on a full second. */
export const MODIFIED = new Date('2024-02-29T12:34:56.789Z');

/** A server over a folder of its own, whose routes tests make as they need them. */
export class FileServer {
  readonly #answers = new Map<string, Answer>();

  private constructor(
    readonly server: TestServer,
    /** Holds what the test writes, and is deleted in the end. */
    readonly folder: string,
    answers: Map<string, Answer>,
  ) {
    this.#answers = answers;
  }

  static async start(
    options: Partial<SluiceOptions> = {},
    prepare?: (app: FastifyInstance) => unknown,
  ): Promise<FileServer> {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'sluice-files-')));
    const answers = new Map<string, Answer>();
    return new FileServer(await start([createController(answers)], options, prepare), folder, answers);
  }

  get port(): number {
    return this.server.port;
  }

  /** Writes a file below the folder, with the folders above it, and gives its path. */
  async write(name: string, content: string | Uint8Array = name, modified = MODIFIED): Promise<string> {
    const filePath = path.join(this.folder, name);
    await mkdir(path.dirname(filePath), { recursive: true });
    await writeFile(filePath, content);
    await utimes(filePath, modified, modified);
    return filePath;
  }

  /** A path of the server that this answers; the same answer has the same path. */
  route(answer: Answer): string {
    for (const [key, known] of this.#answers) if (known === answer) return `/${key}`;
    const key = `r${this.#answers.size}`;
    this.#answers.set(key, answer);
    return `/${key}`;
  }

  /** The answer to one request. */
  ask(answer: Answer, fields: RequestFields = {}, method = 'GET'): Promise<RawResponse> {
    return ask(this.port, this.route(answer), fields, method);
  }

  /** The answer to one request with a name in its query, percent-encoded once. */
  askFor(name: string, answer: Answer, fields: RequestFields = {}): Promise<RawResponse> {
    return ask(this.port, `${this.route(answer)}?name=${encodeURIComponent(name)}`, fields);
  }

  /** A request that the test reads as it likes. */
  request(answer: Answer, fields: RequestFields = {}, method = 'GET'): RawRequest {
    return new RawRequest(this.port, this.route(answer), fields, method);
  }

  /** Paths below the folder that this process holds open. */
  openFiles(): string[] {
    return readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${descriptor}`);
        return target.startsWith(this.folder) ? [target] : [];
      } catch {
        // The descriptor by which the folder of descriptors is read is closed by now.
        return [];
      }
    });
  }

  async close(): Promise<void> {
    await this.server.app.close();
    await rm(this.folder, { recursive: true });
  }
}

function createController(answers: ReadonlyMap<string, Answer>) {
  @Controller()
  class AnswersController {
    @Get('/:key')
    @Post('/:key')
    @Put('/:key')
    answer(@Param('key') key: string, @Query('name', { default: '' }) name: string): unknown {
      return answers.get(key)?.(name);
    }
  }
  return AnswersController;
}
