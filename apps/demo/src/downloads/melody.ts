import { SAMPLE_RATE, toWavHeader, toWavSamples } from './wav.js';

// Beethoven, the theme of the Ninth Symphony's last movement: notes and their length in beats, a line of eight seconds each.
const LINES = [
  'E1 E1 F1 G1 G1 F1 E1 D1 C1 C1 D1 E1 E1.5 D0.5 D2',
  'E1 E1 F1 G1 G1 F1 E1 D1 C1 C1 D1 E1 D1.5 C0.5 C2',
  'D1 D1 E1 C1 D1 E0.5 F0.5 E1 C1 D1 E0.5 F0.5 E1 D1 C1 D1 g2',
  'E1 E1 F1 G1 G1 F1 E1 D1 C1 C1 D1 E1 D1.5 C0.5 C2',
];
const BEAT_SECONDS = 0.5;

/** Hz, in equal temperament. */
const FREQUENCIES: Readonly<Record<string, number>> = {
  g: 196.0,
  C: 261.63,
  D: 293.66,
  E: 329.63,
  F: 349.23,
  G: 392.0,
};
/** How loud the fundamental and its overtones are; at most 1 in sum, or samples would be cut. */
const OVERTONES = [0.5, 0.2, 0.1, 0.05];
const ATTACK_SECONDS = 0.01;
const RELEASE_SECONDS = 0.05;
const DECAY_PER_SECOND = 2.5;

/** A melody of 32 s as a WAV file, note by note. */
export function* playMelody(): Generator<Buffer> {
  const notes = LINES.flatMap((line) => line.split(' ')).map((note) => ({
    frequency: FREQUENCIES[note.charAt(0)] ?? 0,
    samples: Math.round(Number(note.slice(1)) * BEAT_SECONDS * SAMPLE_RATE),
  }));
  yield toWavHeader(notes.reduce((sum, { samples }) => sum + samples, 0));
  for (const { frequency, samples } of notes) yield toWavSamples(pluck(frequency, samples));
}

/** A tone that begins and ends at silence: a jump between two notes would be heard as a click. */
function pluck(frequency: number, samples: number): Float64Array {
  const seconds = samples / SAMPLE_RATE;
  return Float64Array.from({ length: samples }, (_, index) => {
    const time = index / SAMPLE_RATE;
    const phase = 2 * Math.PI * frequency * time;
    const tone = OVERTONES.reduce((sum, loudness, at) => sum + loudness * Math.sin((at + 1) * phase), 0);
    const edge = Math.min(1, time / ATTACK_SECONDS, (seconds - time) / RELEASE_SECONDS);
    return tone * edge * Math.exp(-DECAY_PER_SECOND * time);
  });
}
