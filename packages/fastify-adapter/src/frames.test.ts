import { Frames } from './frames.js';

describe('Frames', () => {
  it('writes the length in hexadecimal digits before the bytes, and ends them with a line', () => {
    expect(Buffer.from(new Frames().of(Buffer.from('data: 1234567890\n\n'))).toString()).toBe(
      '12\r\ndata: 1234567890\n\n\r\n',
    );
  });

  it('frames the same bytes once, and others anew', () => {
    const frames = new Frames();
    const bytes = Buffer.from('a');
    const framed = frames.of(bytes);

    expect(frames.of(bytes)).toBe(framed);
    expect(Buffer.from(frames.of(Buffer.from('b'))).toString()).toBe('1\r\nb\r\n');
    expect(Buffer.from(frames.of(bytes)).toString()).toBe('1\r\na\r\n');
  });
});
