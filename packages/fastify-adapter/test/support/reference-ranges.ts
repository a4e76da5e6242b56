/** First and last byte, both included. */
export type Part = readonly [start: number, end: number];

/**
 * What RFC 9110 section 14 makes of a `Range`, written down as it reads and without regard to speed: a set of single bytes per range.
 *
 * @returns the parts to send, which do not touch each other, each with the places in the header of the ranges it is made of; or
 *   `'whole'` where the header is ignored, or `'none'` where nothing can be satisfied.
 */
export function toParts(header: string, size: number): { part: Part; places: number[] }[] | 'whole' | 'none' {
  const set = /^bytes=(.*)$/is.exec(header)?.[1];
  if (set === undefined) return 'whole';
  const specs = set
    .split(',')
    .map((spec) => spec.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((spec) => spec !== '');
  if (specs.length === 0 || specs.length > 32) return 'whole';
  const asked: (Part | undefined)[] = [];
  for (const spec of specs) {
    const range = /^(\d*)-(\d*)$/.exec(spec);
    const [, first = '', last = ''] = range ?? [];
    if (range === null || (first === '' && last === '')) return 'whole';
    if (first !== '' && last !== '' && BigInt(first) > BigInt(last)) return 'whole';
    asked.push(toPart(first, last, size));
  }
  if (asked.every((part) => part === undefined)) return 'none';
  // An empty file that is all of its own suffix: no Content-Range can tell that.
  if (size === 0) return 'whole';
  return merge(asked, size);
}

function toPart(first: string, last: string, size: number): Part | undefined {
  if (first === '') {
    // Section 14.1.2: a suffix of nothing cannot be satisfied, any other can.
    if (Number(last) === 0) return undefined;
    return [Math.max(0, size - Number(last)), size - 1];
  }
  if (Number(first) >= size) return undefined;
  return [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
}

/** Parts as runs of bytes that any range has asked for. */
function merge(asked: readonly (Part | undefined)[], size: number): { part: Part; places: number[] }[] {
  const wanted = Array.from({ length: size }, (_, byte) =>
    asked.some((part) => part !== undefined && part[0] <= byte && byte <= part[1]),
  );
  const parts: { part: Part; places: number[] }[] = [];
  for (let start = 0; start < size; start += 1) {
    if (wanted[start] !== true || wanted[start - 1] === true) continue;
    let end = start;
    while (wanted[end + 1] === true) end += 1;
    const places = [...asked.keys()].filter((place) => {
      const part = asked[place];
      return part !== undefined && part[0] >= start && part[1] <= end;
    });
    parts.push({ part: [start, end], places });
  }
  return parts;
}
