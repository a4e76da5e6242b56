import type { Item } from './item.js';
import { toCsvRow } from './to-csv-row.js';

/** Items as CSV, a row at a time. */
export async function* toCsv(items: AsyncIterable<Item>): AsyncGenerator<string> {
  yield toCsvRow(['id', 'name', 'price', 'createdAt']);
  for await (const { id, name, price, createdAt } of items) yield toCsvRow([id, name, price, createdAt]);
}
