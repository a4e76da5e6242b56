/**
 * A very small language model: after two words comes one that has come after them in the text that it was made from.
 * (A Markov chain of order two.)
 */
export class WordChain {
  readonly #words: readonly string[];
  /** The places of the text at which two words stand. */
  readonly #places = new Map<string, number[]>();
  readonly #sentences: number[] = [];

  /** @param text Sentences; each ends with a full stop. */
  constructor(text: string) {
    this.#words = text.trim().split(/\s+/);
    for (const place of this.#words.keys()) {
      if (this.#wordAt(place - 1).endsWith('.')) this.#sentences.push(place);
      const pair = this.#pairAt(place);
      const places = this.#places.get(pair);
      if (places === undefined) this.#places.set(pair, [place]);
      else places.push(place);
    }
  }

  /**
   * Endless text, a word at a time, each with a space after it. It begins with the beginning of a sentence.
   *
   * @param random Gives numbers from 0 to before 1.
   */
  *write(random: () => number = Math.random): Generator<string, never> {
    const pick = (places: readonly number[]): number => places[Math.floor(random() * places.length)] ?? 0;
    let place = pick(this.#sentences);
    for (;;) {
      yield `${this.#wordAt(place)} `;
      place = pick(this.#places.get(this.#pairAt(place)) ?? []) + 1;
    }
  }

  #pairAt(place: number): string {
    return `${this.#wordAt(place)} ${this.#wordAt(place + 1)}`;
  }

  /** The end is followed by the beginning, so that there is always a next word. */
  #wordAt(place: number): string {
    return this.#words.at(place % this.#words.length) ?? '';
  }
}
