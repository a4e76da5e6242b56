import type { IncomingHttpHeaders } from 'node:http';

/** What conditions and ranges of a request are compared with. */
export interface Representation {
  readonly etag: string;
  readonly lastModified: string;
  readonly size: number;
  /** Whether ranges are served: not for a response that says `Accept-Ranges: none`. */
  readonly ranges: boolean;
}

/** Headers that are left for `send` to decide on. */
export interface Conditions {
  'if-unmodified-since'?: string;
  'if-none-match'?: string;
  'if-modified-since'?: string;
  range?: string;
}

/** From so many ranges on a request is an attack rather than a reader (RFC 9110 section 17.15). */
const MOST_RANGES = 32;

/**
 * Reads the conditions and the range of a request as RFC 9110 means them, for `send` 1.2, which compares If-Match weakly, splits a tag at its commas, compares If-Range by
 * any tag or later date, takes any text for a date, is put off by `Cache-Control: no-cache`, and finds a suffix longer than the file unsatisfiable.
 *
 * @returns 'failed' by If-Match, which comes first of all.
 */
export function readConditions(
  method: string,
  statusCode: number,
  headers: IncomingHttpHeaders,
  representation: Representation,
): Conditions | 'failed' {
  // Section 13.2.1: only where the response would be a success; other methods have done their work by now.
  const applies = (method === 'GET' || method === 'HEAD') && statusCode >= 200 && statusCode <= 299;
  if (!applies) return {};
  const left: Conditions = {};
  const keep = (name: keyof Conditions, value: string | undefined): void => {
    if (value !== undefined) left[name] = value;
  };
  const ifMatch = headers['if-match'];
  if (ifMatch === undefined) keep('if-unmodified-since', toHttpDate(headers['if-unmodified-since']));
  else if (!matchesStrongly(ifMatch, representation.etag)) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) {
    keep('if-none-match', matchesWeakly(ifNoneMatch, representation.etag) ? '*' : NO_TAG);
  }
  keep('if-modified-since', toHttpDate(headers['if-modified-since']));
  // Section 14.2: ranges are for GET, and for what would be 200.
  const ranged = method === 'GET' && statusCode === 200 && representation.ranges;
  if (ranged && headers.range !== undefined && isSameAs(headers['if-range'], representation)) {
    keep('range', toRanges(headers.range, representation.size));
  }
  return left;
}

/** A tag that no representation has. */
const NO_TAG = '""';

/** Section 13.1.1: `*`, or a list with a tag that is equal and strong. */
function matchesStrongly(list: string, etag: string): boolean {
  return list.trim() === '*' || (!etag.startsWith('W/') && toTags(list).includes(etag));
}

/** Section 13.1.2: `*`, or a list with a tag that is equal but for its weakness. */
function matchesWeakly(list: string, etag: string): boolean {
  const opaque = etag.replace(/^W\//, '');
  return list.trim() === '*' || toTags(list).some((tag) => tag.replace(/^W\//, '') === opaque);
}

/** Section 8.8.3: a tag may hold a comma, and its mark is a capital letter. */
function toTags(list: string): readonly string[] {
  return list.match(/(?<![^\s,])(?:W\/)?"[^"]*"/g) ?? [];
}

/** Section 13.1.5: the tag is equal and strong, or the date is equal. */
function isSameAs(ifRange: string | string[] | undefined, { etag, lastModified }: Representation): boolean {
  if (ifRange === undefined) return true;
  const validator = String(ifRange).trim();
  if (validator.endsWith('"')) return validator === etag && !etag.startsWith('W/');
  return toHttpDate(validator) === lastModified;
}

const DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const TIME = String.raw`\d\d:\d\d:\d\d`;
/** Section 5.6.7: the format of today, and the two obsolete ones, of which that of asctime() names no zone and means GMT. */
const IMF_FIXDATE = new RegExp(String.raw`^${DAY}, \d\d [A-Z][a-z]{2} \d{4} ${TIME} GMT$`);
const RFC_850_DATE = new RegExp(String.raw`^${DAY}[a-z]*day, \d\d-[A-Z][a-z]{2}-\d\d ${TIME} GMT$`);
const ASCTIME_DATE = new RegExp(String.raw`^${DAY} [A-Z][a-z]{2} [ \d]\d ${TIME} \d{4}$`);

/** A date in the format of today; undefined for what is no date, which a condition then has to ignore. */
function toHttpDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let date: Date;
  if (IMF_FIXDATE.test(text) || RFC_850_DATE.test(text)) date = new Date(text);
  else if (ASCTIME_DATE.test(text)) date = new Date(`${text} GMT`);
  else return undefined;
  return Number.isNaN(date.getTime()) ? undefined : date.toUTCString();
}

/** Section 14.1.2: `bytes=` with ranges in a form that `range-parser` reads alike; undefined for a range to ignore. */
function toRanges(header: string, size: number): string | undefined {
  const set = /^bytes=(.*)$/i.exec(header.trim())?.[1];
  // Section 5.6.1.2: a recipient skips empty elements of a list.
  const specs = set?.split(',').flatMap((spec) => (spec.trim() === '' ? [] : [spec.trim()])) ?? [];
  if (specs.length === 0 || specs.length > MOST_RANGES) return undefined;
  const read = specs.map((spec) => toRange(spec, size));
  return read.includes(undefined) ? undefined : `bytes=${read.join(',')}`;
}

function toRange(spec: string, size: number): string | undefined {
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first !== '') return last === '' || BigInt(first) <= BigInt(last) ? spec : undefined;
  if (last === '') return undefined;
  const length = Number(last);
  // Nothing at the end satisfies nobody; of an empty file everybody gets what there is, which no Content-Range can say.
  if (length > 0 && size === 0) return undefined;
  // The whole file where the suffix is longer.
  return `-${String(Math.min(length, size))}`;
}
