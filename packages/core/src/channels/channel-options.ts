import { SetupError } from '../errors/setup-error.js';
import type { Broker } from './broker.js';
import type { WhenFull } from './fan-out.js';

/** Options of a `Channel`. */
export interface ChannelOptions {
  /**
   * Name of the channel: what it is called in errors, and what channels of one broker share their events by. Default
   * `channel`; with a `broker` it has to be said.
   */
  name?: string;
  /**
   * How many events are kept for clients that come back with a `Last-Event-ID`, an integer from 0. Default 0: who was
   * away while something was published is told so.
   */
  history?: number;
  /**
   * How many events may wait for one subscriber, an integer from 1. Default 1000. It is measured at the end of a turn of
   * the event loop; more than twice as many published in a single turn are too many for everyone.
   */
  queueLimit?: number;
  /**
   * What becomes of a subscriber for whom more wait: `drop-oldest` (default) drops those that wait longest and puts a
   * `reset` event in their place; `disconnect` ends its subscription, so that a client comes back and is given what it
   * missed from the history.
   */
  whenFull?: WhenFull;
  /** What carries the events. Default: a `MemoryBroker` of the channel's own, for this process. */
  broker?: Broker;
}

/** Checks the options of a channel. @throws SetupError CHANNEL_INVALID, with all faults. */
export function checkChannelOptions(options: ChannelOptions): void {
  const { name, history, queueLimit, whenFull, broker } = options as Readonly<Record<string, unknown>>;
  const where = typeof name === 'string' ? `new Channel({ name: '${name}' })` : 'new Channel(options)';
  const faults = [
    ...check(name === undefined || (typeof name === 'string' && name !== ''), 'name', name, 'text'),
    ...check(
      broker === undefined || isBroker(broker),
      'broker',
      broker,
      'an object with open(name, options), such as new MemoryBroker()',
    ),
    ...check(history === undefined || isCount(history, 0), 'history', history, 'an integer from 0'),
    ...check(
      queueLimit === undefined || isCount(queueLimit, 1),
      'queueLimit',
      queueLimit,
      'an integer from 1',
    ),
    ...check(
      whenFull === undefined || whenFull === 'drop-oldest' || whenFull === 'disconnect',
      'whenFull',
      whenFull,
      "'drop-oldest' or 'disconnect'",
    ),
  ];
  if (broker !== undefined && name === undefined) {
    faults.push({
      problem: 'it has a broker and no name, by which it would share its events',
      fix: "write name: 'prices'",
    });
  }
  const [first, ...rest] = faults.map((fault) => ({ code: 'CHANNEL_INVALID', where, ...fault }) as const);
  if (first !== undefined) throw new SetupError([first, ...rest]);
}

function check(
  valid: boolean,
  option: string,
  value: unknown,
  expected: string,
): { problem: string; fix: string }[] {
  if (valid) return [];
  const shown =
    typeof value === 'string' ? `'${value}'` : typeof value === 'number' ? String(value) : typeof value;
  return [{ problem: `${option} is ${shown}`, fix: `use ${expected}` }];
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function isBroker(value: unknown): value is Broker {
  return typeof value === 'object' && value !== null && 'open' in value && typeof value.open === 'function';
}
