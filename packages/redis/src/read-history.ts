import type { BrokerEvent, BrokerHistory } from '@sluice/core';

import type { Connection } from './connection.js';
import { decodeEntry, encodeEntry, type Entry, type Tags } from './entry.js';
import { BEGINNING, readPosition, toPosition, type Place } from './position.js';
import { readEntries } from './replies.js';

/** What is kept after some event, and the last entry that was seen for it. */
export interface StreamHistory extends BrokerHistory {
  readonly end: Place;
}

/** Reads what is kept of a stream: the last `history` entries, after an id or a position, if it is one of theirs. */
export async function readHistory(
  connection: Connection,
  key: string,
  history: number,
  after: string | undefined,
  tags: Tags,
): Promise<StreamHistory> {
  const position = after === undefined ? undefined : readPosition(after);
  if (position !== undefined) {
    // What is asked for mostly: the few events that a client missed.
    const most = position.before ? history : history + 1;
    const entries = await readRange(connection, ['XRANGE', key, position.id, '+', 'COUNT', most + 1]);
    const [first] = entries;
    const isThere = first?.id === position.id && first.tag === position.tag;
    if (isThere && entries.length <= most) {
      const rest = position.before ? entries : entries.slice(1);
      return {
        ...{ complete: true, after: toPosition(position, position.before), events: eventsOf(rest) },
        end: entries.at(-1) ?? first,
      };
    }
  }
  for (;;) {
    const entries = await readRange(connection, ['XREVRANGE', key, '+', '-', 'COUNT', history + 1]);
    entries.reverse();
    if (entries.length > 0) return findIn(entries, history, after);
    if (after === undefined)
      return { complete: true, after: toPosition(BEGINNING), events: [], end: BEGINNING };
    // A client that is told of a gap is told a place from which on it misses nothing; an empty stream has none.
    await connection.call(['XADD', key, '*', ...encodeEntry(tags.next())]);
  }
}

function findIn(entries: readonly Entry[], history: number, after: string | undefined): StreamHistory {
  const kept = entries.slice(Math.max(0, entries.length - history));
  const prior = entries.at(-1 - history);
  const [first = BEGINNING] = kept;
  const place = {
    after: prior === undefined ? toPosition(first, true) : toPosition(prior),
    end: entries.at(-1) ?? BEGINNING,
  };
  if (after === undefined) return { complete: true, events: eventsOf(kept), ...place };
  // Of events with the same id the first counts. One that is not kept any more has lost something.
  const asked = entries.find(({ event }) => event?.event.id === after);
  if (asked === undefined || asked === prior) return { complete: false, events: eventsOf(kept), ...place };
  const events = eventsOf(kept.slice(kept.indexOf(asked) + 1));
  return { complete: true, after: toPosition(asked), events, end: place.end };
}

async function readRange(
  connection: Connection,
  command: readonly [name: string, ...words: (string | number)[]],
): Promise<Entry[]> {
  return readEntries(await connection.call(command)).map(decodeEntry);
}

function eventsOf(entries: readonly Entry[]): BrokerEvent[] {
  return entries.flatMap(({ event }) => (event === undefined ? [] : [event]));
}
