/** An entry of a stream: its id says where it stands, its tag that it is still the same one. */
export interface Place {
  /** That of Redis: `1764108000000-0`. */
  readonly id: string;
  /**
   * What its publisher marked it with. A Redis that lost its memory, or that took over with a clock that is behind, may
   * give an id a second time; the tag differs. Undefined for what somebody else put there.
   */
  readonly tag: string | undefined;
}

/** A place as a client sends it back: at an entry, or right before it. */
export interface Position extends Place {
  readonly before: boolean;
}

/** Stands before the first entry of any stream. */
export const BEGINNING: Place = { id: '0-0', tag: undefined };

// As toPosition writes it: no zeros in front, so that an id that resembles one is not taken for it.
const POSITION = /^(<?)((?:0|[1-9]\d{0,19})-(?:0|[1-9]\d{0,19}))\.([\w-]{0,40})$/;
const LARGEST = '18446744073709551615';

/** Writes the place of an entry, or the one right before it, as text that serves as a `Last-Event-ID`. */
export function toPosition({ id, tag }: Place, before = false): string {
  return `${before ? '<' : ''}${id}.${tag ?? ''}`;
}

/** Reads what `toPosition` wrote; undefined for any other text. */
export function readPosition(text: string): Position | undefined {
  // Clients may send anything, of any length.
  if (text.length > 100) return undefined;
  const [, sign, id, tag] = POSITION.exec(text) ?? [];
  if (id?.split('-').some((part) => isLarger(part, LARGEST)) ?? true) return undefined;
  return { id: id ?? '', tag: tag === '' ? undefined : tag, before: sign === '<' };
}

/** Whether a stream has the one id after the other. */
export function isLater(id: string, other: string): boolean {
  const [time = '', sequence = ''] = id.split('-');
  const [otherTime = '', otherSequence = ''] = other.split('-');
  return time === otherTime ? isLarger(sequence, otherSequence) : isLarger(time, otherTime);
}

/** Compares integers of 64 bits, which numbers cannot hold, by their digits. */
function isLarger(digits: string, other: string): boolean {
  return digits.length === other.length ? digits > other : digits.length > other.length;
}
