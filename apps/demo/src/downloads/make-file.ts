import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A file that is complete. */
export interface MadeFile {
  readonly path: string;
  /** SHA-256 of its content, in base64. */
  readonly sha256: string;
}

type Chunks = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

/** Writes a file and its folder. Under its name it is complete or not there: nobody is sent half of it. */
export async function makeFile(file: string, chunks: Chunks): Promise<MadeFile> {
  const unfinished = `${file}.part`;
  const hash = createHash('sha256');
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await pipeline(hashed(chunks, hash), createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return { path: file, sha256: hash.digest('base64') };
}

async function* hashed(chunks: Chunks, hash: Hash): AsyncGenerator<string | Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}
