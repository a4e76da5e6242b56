import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { makeFile, type MadeFile } from './make-file.js';
import { playMelody } from './melody.js';
import { Readings } from './readings.js';

/** What lies on the shelf; the last one is hidden, and not for the world. */
const SHELF = {
  'hello.txt': 'Hello from a file.\n',
  'recipes/Crème brûlée.txt': 'Cream, sugar, yolks, vanilla. 40 minutes at 150 °C.\n',
  '.password.txt': 'Nobody gets this over HTTP.\n',
};

/** The files that the demo makes to have something to download. All of them can be made again. */
export class DownloadFolder {
  readonly readings: Readings;
  /** A folder that is served as a whole. */
  readonly shelf: string;
  readonly #exports: string;
  #melody: Promise<MadeFile> | undefined;

  private constructor(private readonly folder: string) {
    this.readings = new Readings(folder);
    this.shelf = path.join(folder, 'shelf');
    this.#exports = path.join(folder, 'exports');
  }

  /** Empties the folder first: a process that was killed may have left files in it. */
  static async open(folder: string): Promise<DownloadFolder> {
    await rm(folder, { recursive: true, force: true });
    const downloads = new DownloadFolder(folder);
    await mkdir(downloads.#exports, { recursive: true });
    for (const [name, text] of Object.entries(SHELF)) {
      await makeFile(path.join(downloads.shelf, name), [text]);
    }
    await writeFile(path.join(folder, 'beside-the-shelf.txt'), 'Nobody gets this over HTTP.\n');
    return downloads;
  }

  /** A WAV file, made when it is first asked for. */
  async melody(): Promise<string> {
    this.#melody ??= makeFile(path.join(this.folder, 'melody.wav'), playMelody());
    try {
      return (await this.#melody).path;
    } catch (error) {
      this.#melody = undefined;
      throw error;
    }
  }

  /** A file of its own for one request; who asked for it deletes it. */
  async makeExport(chunks: AsyncIterable<string>): Promise<string> {
    return (await makeFile(path.join(this.#exports, `${randomUUID()}.csv`), chunks)).path;
  }

  /** How many files of single requests there are now. */
  async countExports(): Promise<number> {
    return (await readdir(this.#exports)).length;
  }
}
