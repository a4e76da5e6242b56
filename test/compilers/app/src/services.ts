export class Greeter {
  greet(name: string): string {
    return `Hello, ${name}`;
  }
}

/** Keeps what happens beside the requests, until a request asks for it. */
export class Journal {
  #entries: string[] = [];
  #readers: ((entry: string) => void)[] = [];

  write(entry: string): void {
    const reader = this.#readers.shift();
    if (reader === undefined) this.#entries.push(entry);
    else reader(entry);
  }

  /** The oldest entry that was not read, as soon as there is one. */
  async read(): Promise<string> {
    return this.#entries.shift() ?? new Promise((resolve) => this.#readers.push(resolve));
  }
}
