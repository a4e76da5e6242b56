import type { RawEntry } from './entry.js';

/** Reads the answer of XRANGE and XREVRANGE; what is none is empty. */
export function readEntries(reply: unknown): RawEntry[] {
  if (!Array.isArray(reply)) return [];
  const entries: RawEntry[] = [];
  for (const entry of reply as unknown[]) {
    if (!Array.isArray(entry)) continue;
    const [id, fields] = entry as unknown[];
    // An entry that was deleted while it was read has no fields.
    if (typeof id === 'string') entries.push([id, Array.isArray(fields) ? (fields as string[]) : []]);
  }
  return entries;
}

/** Reads the answer of XREAD: entries by key. Nothing new is an answer too. */
export function* readStreams(reply: unknown): Generator<[key: string, entries: RawEntry[]]> {
  if (!Array.isArray(reply)) return;
  for (const stream of reply as unknown[]) {
    if (!Array.isArray(stream)) continue;
    const [key, entries] = stream as unknown[];
    if (typeof key === 'string') yield [key, readEntries(entries)];
  }
}
