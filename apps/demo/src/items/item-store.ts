import { EventEmitter, on } from 'node:events';

import { ClassicLevel } from 'classic-level';

import type { CreateItem, Item, ItemChange } from './item.js';

// As many digits as the largest safe integer has.
const KEY_LENGTH = 16;

/** The items, in a LevelDB database inside of a folder: nothing to install, nothing to start. */
export class ItemStore {
  readonly #database: ClassicLevel<string, Item>;
  // No limit of listeners: each open event stream is one.
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #lastId: number;

  private constructor(database: ClassicLevel<string, Item>, lastId: number) {
    this.#database = database;
    this.#lastId = lastId;
  }

  static async open(folder: string): Promise<ItemStore> {
    const database = new ClassicLevel<string, Item>(folder, { valueEncoding: 'json' });
    try {
      await database.open();
    } catch (error) {
      throw new Error(`The items in ${folder} cannot be opened: ${explain(error)}`, { cause: error });
    }
    const [newest] = await database.keys({ reverse: true, limit: 1 }).all();
    return new ItemStore(database, Number(newest ?? 0));
  }

  async close(): Promise<void> {
    await this.#database.close();
  }

  async add({ name, price }: CreateItem): Promise<Item> {
    const item: Item = { id: ++this.#lastId, name, price, createdAt: new Date().toISOString() };
    // `sync`: the item is on the disk before the client hears of it.
    await this.#database.put(toKey(item.id), item, { sync: true });
    this.#changes.emit('change', { kind: 'created', item } satisfies ItemChange);
    return item;
  }

  async find(id: number): Promise<Item | undefined> {
    return this.#database.get(toKey(id));
  }

  async remove(id: number): Promise<Item | undefined> {
    const item = await this.find(id);
    if (item === undefined) return undefined;
    await this.#database.del(toKey(id), { sync: true });
    this.#changes.emit('change', { kind: 'deleted', item } satisfies ItemChange);
    return item;
  }

  async newest(limit: number): Promise<Item[]> {
    return this.#database.values({ reverse: true, limit }).all();
  }

  /** Every item in the order of ids, as the store was when the iteration began. */
  all(): AsyncIterable<Item> {
    return this.#database.values();
  }

  /** Changes from now on, until the signal fires. */
  async *changes(signal: AbortSignal): AsyncGenerator<ItemChange> {
    try {
      for await (const [change] of on(this.#changes, 'change', { signal })) yield change as ItemChange;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

function explain(error: unknown): string {
  // What LevelDB said is the cause of the error that says that it was not opened.
  const { code, message } = ((error as Error).cause ?? error) as Error & { readonly code?: unknown };
  return code === 'LEVEL_LOCKED'
    ? 'another process has them open. Give each process a folder of its own.'
    : message;
}

/** Ids as text of one length, so that LevelDB's order of keys is that of the numbers. */
function toKey(id: number): string {
  return String(id).padStart(KEY_LENGTH, '0');
}
