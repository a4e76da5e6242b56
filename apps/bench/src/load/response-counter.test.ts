import { ResponseCounter } from './response-counter.js';

const response = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello';

function take(counter: ResponseCounter, text: string): number {
  return counter.take(Buffer.from(text));
}

describe('ResponseCounter', () => {
  it('counts responses that come together', () => {
    expect(take(new ResponseCounter(), response.repeat(3))).toBe(3);
  });

  it('counts a response once, wherever it is cut', () => {
    for (let at = 1; at < response.length; at += 1) {
      const counter = new ResponseCounter();

      expect([take(counter, response.slice(0, at)), take(counter, response.slice(at))]).toEqual([0, 1]);
      expect(take(counter, response)).toBe(1);
    }
  });

  it('counts a response without a body', () => {
    expect(take(new ResponseCounter(), 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')).toBe(1);
  });

  it('refuses a status other than 200', () => {
    const counter = new ResponseCounter();

    expect(() => take(counter, 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n')).toThrow(
      'a server answered HTTP/1.1 503 Service Unavailable',
    );
  });

  it('counts responses in chunks, and the bytes of their bodies', () => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    const counter = new ResponseCounter();

    expect(take(counter, `${chunked}${response}${chunked.slice(0, -7)}`)).toBe(2);
    expect(counter.bodyBytes).toBe(15);
    expect(take(counter, chunked.slice(-7))).toBe(1);
    expect(counter.bodyBytes).toBe(15);
  });

  it('refuses a response whose end cannot be told', () => {
    const counter = new ResponseCounter();

    expect(() => take(counter, 'HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n')).toThrow(
      'neither its content-length nor that it comes in chunks',
    );
  });
});
