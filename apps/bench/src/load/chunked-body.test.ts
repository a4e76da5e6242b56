import { ChunkedBody } from './chunked-body.js';

const RESPONSE = Buffer.from('5\r\nhello\r\n1A;name=value\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n');

describe('ChunkedBody', () => {
  it('counts the bytes of chunks and not what stands between them', () => {
    const body = new ChunkedBody();
    expect(body.take(RESPONSE, 0)).toBe(RESPONSE.length);
    expect([body.bytes, body.ended]).toEqual([31, true]);
  });

  it('counts the same when bytes come one by one', () => {
    const body = new ChunkedBody();
    for (const [index] of RESPONSE.entries()) {
      expect(body.ended).toBe(false);
      expect(body.take(RESPONSE.subarray(index, index + 1), 0)).toBe(1);
    }
    expect([body.bytes, body.ended]).toEqual([31, true]);
  });

  it('leaves what comes after the end of the body', () => {
    const body = new ChunkedBody();
    expect(body.take(Buffer.concat([RESPONSE, Buffer.from('HTTP/1.1 200 OK')]), 0)).toBe(RESPONSE.length);
  });
});
