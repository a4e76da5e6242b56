import { read } from 'node:fs';

import { lengthOf, type Segment } from './to-segments.js';

/**
 * Reads parts of an open file into one buffer.
 *
 * @throws Error when the file has become shorter than it was.
 */
export async function readSegments(fd: number, path: string, segments: readonly Segment[]): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(lengthOf(segments));
  let at = 0;
  for (const segment of segments) {
    if (Buffer.isBuffer(segment)) {
      segment.copy(bytes, at);
      at += segment.length;
    } else {
      const length = segment.end - segment.start + 1;
      const filled = await readFully(fd, bytes.subarray(at, at + length), segment.start);
      if (!filled) throw new Error(`${path} became shorter while it was read`);
      at += length;
    }
  }
  return bytes;
}

/** Gives whether there was as much to read. */
async function readFully(fd: number, into: Buffer, position: number): Promise<boolean> {
  let filled = 0;
  while (filled < into.length) {
    const bytesRead = await readOnce(fd, into, filled, position + filled);
    if (bytesRead === 0) return false;
    filled += bytesRead;
  }
  return true;
}

function readOnce(fd: number, into: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, offset, into.length - offset, position, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else reject(error);
    });
  });
}
