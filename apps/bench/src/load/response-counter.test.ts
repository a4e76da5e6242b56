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

  it('refuses a response that does not say its length', () => {
    const counter = new ResponseCounter();

    expect(() => take(counter, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')).toThrow(
      'no content-length',
    );
  });
});
