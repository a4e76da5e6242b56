import { playMelody } from './melody.js';
import { SAMPLE_RATE } from './wav.js';

describe('playMelody', () => {
  const [header, ...notes] = playMelody();
  const sound = Buffer.concat(notes);
  const samples = Array.from({ length: sound.length / 2 }, (_, index) => sound.readInt16LE(index * 2));

  it('is as long as its header says: 32 seconds', () => {
    expect(header?.readUInt32LE(40)).toBe(sound.length);
    expect(samples.length / SAMPLE_RATE).toBe(32);
  });

  it('is heard, and never louder than a sample can say', () => {
    const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(loudest).toBeGreaterThan(0x7fff * 0.5);
    expect(loudest).toBeLessThan(0x7fff);
  });

  it('has no click: neighbouring samples are close to each other', () => {
    let widest = 0;
    for (let index = 1; index < samples.length; index += 1) {
      widest = Math.max(widest, Math.abs(samples[index]! - samples[index - 1]!));
    }
    expect(widest).toBeLessThan(0x7fff * 0.15);
  });
});
