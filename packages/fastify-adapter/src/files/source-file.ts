import { closeSync, type Stats } from 'node:fs';
import type { IncomingMessage } from 'node:http';

import type { ContentCoding } from '@sluice/core';
import type { FileBody } from '@sluice/core/internal';
import Negotiator from 'negotiator';

import type { ContentCache } from './content-cache.js';
import { FileRefused } from './file-refused.js';
import { openFile } from './open-file.js';

/** A file that was found: open, or with its content at hand. */
export interface SourceFile {
  readonly path: string;
  readonly stats: Stats;
  /** The coding of this copy of the file; undefined for the file itself. */
  readonly coding: ContentCoding | undefined;
  /** Undefined where the content is at hand. Whoever has it closes it. */
  readonly fd: number | undefined;
  readonly content: Buffer | undefined;
  /** Under which a cache keeps it: a file that is served without a root may be refused below one. */
  readonly key: string;
}

const EXTENSIONS: Readonly<Record<ContentCoding, string>> = { br: '.br', gzip: '.gz', zstd: '.zst' };

/**
 * Finds the file, or the copy of it that the client likes best.
 *
 * @throws FileRefused 404, 403
 */
export async function findSource(
  request: IncomingMessage,
  filePath: string,
  body: FileBody,
  cache: ContentCache | undefined,
): Promise<SourceFile> {
  for (const coding of acceptedCodings(request, body.precompressed)) {
    try {
      return await findOne(`${filePath}${EXTENSIONS[coding]}`, body, cache, coding);
    } catch (error) {
      // No copy of this coding, or none that may be sent.
      if (!(error instanceof FileRefused)) throw error;
    }
  }
  return await findOne(filePath, body, cache, undefined);
}

async function findOne(
  filePath: string,
  body: FileBody,
  cache: ContentCache | undefined,
  coding: ContentCoding | undefined,
): Promise<SourceFile> {
  const key = body.root === undefined || body.followSymlinks ? filePath : `${body.root}\0${filePath}`;
  const kept = cache?.find(filePath, key);
  if (kept !== undefined) return { path: filePath, coding, fd: undefined, key, ...kept };
  const { fd, stats } = await openFile(filePath, body);
  return { path: filePath, stats, coding, fd, content: undefined, key };
}

/** Those of the codings that the client prefers to the file as it is, best first. */
function acceptedCodings(
  request: IncomingMessage,
  codings: readonly ContentCoding[],
): readonly ContentCoding[] {
  if (codings.length === 0) return codings;
  const available = [...codings, 'identity' as const];
  const accepted = (new Negotiator(request) as unknown as NegotiatorWithPreference).encodings(available, {
    preferred: available,
  });
  const identity = accepted.indexOf('identity');
  return (identity === -1 ? accepted : accepted.slice(0, identity)) as ContentCoding[];
}

/** Of negotiator 1; its types are those of 0.6. */
interface NegotiatorWithPreference {
  encodings(available: readonly string[], options: { readonly preferred: readonly string[] }): string[];
}

/** Closes the file, if it is open. */
export function closeSource({ fd }: SourceFile): void {
  if (fd !== undefined) closeSync(fd);
}
