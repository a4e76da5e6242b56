/** At most so many begin within a time: a window that begins with the first of them. */
export class RateGate {
  readonly #max: number;
  readonly #duration: number;
  readonly #now: () => number;
  #from = -Infinity;
  #count = 0;

  constructor({ max, duration }: { readonly max: number; readonly duration: number }, now: () => number) {
    this.#max = max;
    this.#duration = duration;
    this.#now = now;
  }

  /** Milliseconds until one more may begin; 0 for now. */
  get wait(): number {
    const left = this.#from + this.#duration - this.#now();
    return left <= 0 || this.#count < this.#max ? 0 : left;
  }

  /** One begins. */
  pass(): void {
    const now = this.#now();
    if (this.#from + this.#duration <= now) {
      this.#from = now;
      this.#count = 0;
    }
    this.#count += 1;
  }
}
