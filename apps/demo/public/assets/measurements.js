/** The measurements that have arrived, and whether any is missing: the service numbers them one after the other. */
export class Measurements {
  /** Those that are shown, the oldest first. */
  kept = [];
  /** How many have arrived. */
  received = 0;
  missing = 0;
  twice = 0;
  #length;
  #breaks = [];

  /** `length` is how many are kept. */
  constructor(length) {
    this.#length = length;
  }

  get newest() {
    return this.kept.at(-1);
  }

  add(measurement) {
    const { newest } = this;
    this.received += 1;
    if (newest !== undefined && measurement.number <= newest.number) {
      this.twice += 1;
      return;
    }
    if (newest !== undefined) this.missing += measurement.number - newest.number - 1;
    this.kept.push(measurement);
    if (this.kept.length > this.#length) this.kept.shift();
  }

  /** Marks what was measured after the one numbered `after` and before the time `until`: nobody was connected then. */
  addBreak(after, until) {
    this.#breaks.push({ after, until });
  }

  isLate({ number, time }) {
    return this.#breaks.some(({ after, until }) => number > after && time < until);
  }

  toPoints(field) {
    return this.kept.map((measurement) => ({
      number: measurement.number,
      value: measurement[field],
      late: this.isLate(measurement),
    }));
  }
}
