import { FABLES } from './fables.js';
import { WordChain } from './word-chain.js';

function write(text: string, count: number, random?: () => number): string[] {
  const words: string[] = [];
  for (const word of new WordChain(text).write(random)) {
    words.push(word.trimEnd());
    if (words.length === count) break;
  }
  return words;
}

describe('WordChain', () => {
  it('writes the text itself where no two words stand in it twice, and begins again at its end', () => {
    expect(write('One two three. Four five.', 7, () => 0).join(' ')).toBe(
      'One two three. Four five. One two',
    );
  });

  it('begins with the beginning of a sentence', () => {
    expect(write('One two three. Four five.', 2, () => 0.9)).toEqual(['Four', 'five.']);
  });

  it('goes on with any word that has come after the last two', () => {
    const text = 'The fox ran. The fox sat. The fox slept.';
    const thirds = [0, 0.4, 0.9].map((number) => write(text, 3, () => number)[2]);
    expect(thirds).toEqual(['ran.', 'sat.', 'slept.']);
  });

  it('writes no three words that its text does not have', () => {
    const read = FABLES.trim().split(/\s+/);
    const known = new Set(
      read.map((_, at) => [0, 1, 2].map((next) => read[(at + next) % read.length]).join(' ')),
    );
    const words = write(FABLES, 2000);
    for (let at = 0; at + 2 < words.length; at += 1) {
      expect(known).toContain(words.slice(at, at + 3).join(' '));
    }
    // More than one fable after the other.
    expect(words.join(' ')).not.toBe(Array.from(words, (_, at) => read[at % read.length]).join(' '));
  });
});
