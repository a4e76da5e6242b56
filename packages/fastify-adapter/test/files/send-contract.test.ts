// What is used of `send`, part of which is not in its documentation: a release that changes it fails here first.
import { existsSync, Stats } from 'node:fs';

import send from 'send';
import { version } from 'send/package.json';

interface SendStream {
  res: unknown;
  stream: (path: string, options: { start: number; end: number }) => void;
  send: (path: string, stats: Stats) => void;
  on: (event: string, listener: (error: { status: number }) => void) => void;
}

const MODIFIED = new Date('2024-02-29T12:34:56.789Z');
const TIME = MODIFIED.toUTCString();
const stats = (size: number) =>
  Object.assign(Object.create(Stats.prototype) as Stats, {
    size,
    ino: 1,
    mtime: MODIFIED,
    ctime: MODIFIED,
    mtimeMs: MODIFIED.getTime(),
  });

/** Lets it decide on a file that does not exist, against a response that only keeps what it is told. */
function decide(
  requested: Record<string, string>,
  { method = 'GET', size = 10, headers = {}, statusCode = 200 } = {},
) {
  const kept = new Map<string, unknown>(Object.entries(headers));
  const calls: unknown[] = [];
  const res = {
    statusCode,
    headersSent: false,
    getHeader: (name: string) => kept.get(name.toLowerCase()),
    setHeader: (name: string, value: unknown) => void kept.set(name.toLowerCase(), value),
    removeHeader: (name: string) => kept.delete(name.toLowerCase()),
    end: (...parameters: unknown[]) => calls.push(['end', ...parameters]),
  };
  const stream = send({ method, headers: requested } as never, '/', {
    cacheControl: false,
  }) as unknown as SendStream;
  stream.res = res;
  stream.stream = (path, { start, end }) => calls.push(['stream', path, start, end]);
  stream.on('error', ({ status }) => calls.push(['error', status]));
  const missing = '/nowhere/at/all';
  expect(existsSync(missing)).toBe(false);
  stream.send(missing, stats(size));
  return { calls, statusCode: res.statusCode, headers: Object.fromEntries(kept) };
}

const streamed = (start: number, end: number) => [['stream', '/nowhere/at/all', start, end]];
const OWN = { etag: '"own"', 'last-modified': TIME };

describe('send', () => {
  it('is of the versions whose inside is known', () => {
    expect(version).toMatch(/^1\.2\.[1-9]\d*$/);
  });

  it('has the two methods, which are called and overridden', () => {
    const stream = send({ method: 'GET', headers: {} } as never, '/') as unknown as Record<string, unknown>;
    expect([typeof stream.send, typeof stream.stream, typeof stream.pipe]).toEqual([
      'function',
      'function',
      'function',
    ]);
    expect([
      (stream.send as { length: number }).length,
      (stream.stream as { length: number }).length,
    ]).toEqual([2, 2]);
    expect('res' in stream).toBe(false);
  });

  it('hands a file to `stream` with its first and last byte, and touches no file system', () => {
    const { calls, statusCode, headers } = decide({});
    expect([calls, statusCode]).toEqual([streamed(0, 9), 200]);
    expect(headers).toMatchObject({ 'content-length': 10, 'accept-ranges': 'bytes', 'last-modified': TIME });
    expect(headers).not.toHaveProperty('cache-control');
    expect(headers.etag).toMatch(/^W\/"a-/);
  });

  it('leaves the headers that are there already, and the content type', () => {
    const own = { ...OWN, 'accept-ranges': 'none', 'cache-control': 'no-store', 'content-type': 'a/b' };
    expect(decide({}, { headers: own }).headers).toMatchObject(own);
  });

  it('overwrites a length that is there already', () => {
    expect(decide({}, { headers: { 'content-length': 3 } }).headers['content-length']).toBe(10);
  });

  it('calls `end` and not `stream` for HEAD, with the length of the file', () => {
    const { calls, headers, statusCode } = decide({}, { method: 'HEAD' });
    expect([calls, statusCode, headers['content-length']]).toEqual([[['end']], 200, 10]);
  });

  it('sets 206, Content-Range and the length for one range', () => {
    const { calls, statusCode, headers } = decide({ range: 'bytes=2-4' });
    expect([calls, statusCode]).toEqual([streamed(2, 4), 206]);
    expect(headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': 3 });
  });

  it('takes several ranges for none', () => {
    const { calls, statusCode, headers } = decide({ range: 'bytes=0-1,5-6' });
    expect([calls, statusCode, headers['content-range']]).toEqual([streamed(0, 9), 200, undefined]);
  });

  it('emits 416 with Content-Range set, and does not end the response', () => {
    const { calls, headers } = decide({ range: 'bytes=10-' });
    expect([calls, headers['content-range']]).toEqual([[['error', 416]], 'bytes */10']);
  });

  it.each([{ 'if-match': '"other"' }, { 'if-unmodified-since': new Date(0).toUTCString() }])(
    'emits 412 for %j, and does not end the response',
    (requested) => {
      expect(decide(requested, { headers: OWN }).calls).toEqual([['error', 412]]);
    },
  );

  it.each([{ 'if-none-match': '"own"' }, { 'if-none-match': 'W/"own"' }, { 'if-modified-since': TIME }])(
    'sets 304 for %j, takes the headers of the content away, and keeps the others',
    (requested) => {
      const { calls, statusCode, headers } = decide(requested, {
        headers: { ...OWN, 'content-type': 'a/b', 'content-encoding': 'br', 'x-own': 'yes' },
      });
      expect([calls, statusCode]).toEqual([[['end']], 304]);
      expect(headers).toEqual({ ...OWN, 'accept-ranges': 'bytes', 'x-own': 'yes' });
    },
  );

  it('goes on to ranges where conditions are true', () => {
    const { calls, statusCode } = decide({ 'if-none-match': '"other"', range: 'bytes=-3' }, { headers: OWN });
    expect([calls, statusCode]).toEqual([streamed(7, 9), 206]);
  });

  it('hands an empty file to `stream` as if it had one byte', () => {
    const { calls, headers } = decide({}, { size: 0 });
    expect([calls, headers['content-length']]).toEqual([streamed(0, 0), 0]);
  });

  it('counts beyond 2^32', () => {
    const size = 2 ** 40;
    expect(decide({ range: 'bytes=-1' }, { size }).calls).toEqual(streamed(size - 1, size - 1));
  });
});
