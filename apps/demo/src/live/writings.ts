/** A text that is being written, or was. */
export interface Writing {
  readonly id: number;
  /** Words that were written until now. */
  words: number;
  /** `stopped`: the reader has gone, and the generator was ended before its end. */
  state: 'writing' | 'finished' | 'stopped';
}

const KEPT = 100;

/** The last texts, so that a client can ask what became of one. */
export class Writings {
  readonly #writings = new Map<number, Writing>();
  #lastId = 0;

  begin(): Writing {
    const writing: Writing = { id: ++this.#lastId, words: 0, state: 'writing' };
    this.#writings.set(writing.id, writing);
    this.#writings.delete(writing.id - KEPT);
    return writing;
  }

  find(id: number): Writing | undefined {
    return this.#writings.get(id);
  }
}
