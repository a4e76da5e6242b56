import { toWavHeader, toWavSamples } from './wav.js';

describe('toWavHeader', () => {
  const header = toWavHeader(1000);

  it('names the chunks, each with the length of what follows', () => {
    expect(header).toHaveLength(44);
    const chunks = [0, 12, 36].map((at) => [
      header.toString('latin1', at, at + 4),
      header.readUInt32LE(at + 4),
    ]);
    expect(chunks).toEqual([
      ['RIFF', 36 + 2000],
      ['fmt ', 16],
      ['data', 2000],
    ]);
    expect(header.toString('latin1', 8, 12)).toBe('WAVE');
  });

  it('says how the samples are to be played: PCM, one channel, 44.1 kHz, 16 bits', () => {
    expect({
      format: header.readUInt16LE(20),
      channels: header.readUInt16LE(22),
      rate: header.readUInt32LE(24),
      bytesPerSecond: header.readUInt32LE(28),
      bytesPerFrame: header.readUInt16LE(32),
      bits: header.readUInt16LE(34),
    }).toEqual({ format: 1, channels: 1, rate: 44_100, bytesPerSecond: 88_200, bytesPerFrame: 2, bits: 16 });
  });
});

describe('toWavSamples', () => {
  it('writes signed numbers of 16 bits, the lowest byte first', () => {
    const data = toWavSamples(Float64Array.of(0, 1, -1, 0.5));
    expect(data.toString('hex')).toBe('0000ff7f01800040');
  });
});
