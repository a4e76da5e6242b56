import { rm } from 'node:fs/promises';
import path from 'node:path';

import { makeFile, type MadeFile } from './make-file.js';

// Some megabytes: a person has the time to stop the download of so many.
const ROWS = 150_000;
const ROWS_AT_ONCE = 2000;
const FIRST_MINUTE = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;

/** A large CSV file of temperatures, made when it is first asked for, and again with other content at each `renew`. */
export class Readings {
  #current: Promise<MadeFile> | undefined;
  #version = 0;

  constructor(private readonly folder: string) {}

  current(): Promise<MadeFile> {
    return (this.#current ??= this.#make());
  }

  /** Downloads that run go on with the file that they began with. */
  async renew(): Promise<void> {
    const before = this.#current;
    const made = this.#make();
    this.#current = made;
    await made;
    if (before !== undefined) await rm((await before).path, { force: true });
  }

  #make(): Promise<MadeFile> {
    this.#version += 1;
    const made = makeFile(path.join(this.folder, `readings-${this.#version}.csv`), measure());
    // A full disk, perhaps: the next request tries again.
    made.catch(() => {
      if (this.#current === made) this.#current = undefined;
    });
    return made;
  }
}

function* measure(): Generator<string> {
  yield 'time,celsius\r\n';
  let celsius = 10;
  for (let row = 0; row < ROWS; row += ROWS_AT_ONCE) {
    let text = '';
    for (let minute = row; minute < row + ROWS_AT_ONCE; minute += 1) {
      // A walk that is drawn back to 10 degrees the more, the farther it has gone.
      celsius += Math.random() - 0.5 + (10 - celsius) / 100;
      text += `${new Date(FIRST_MINUTE + minute * MINUTE_MS).toISOString()},${celsius.toFixed(2)}\r\n`;
    }
    yield text;
  }
}
