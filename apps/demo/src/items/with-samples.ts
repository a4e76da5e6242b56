import type { Item } from './item.js';

/** The items, and behind them as many made-up ones as asked for: enough to see an export at work. */
export async function* withSamples(items: AsyncIterable<Item>, count: number): AsyncGenerator<Item> {
  let id = 0;
  for await (const item of items) {
    id = item.id;
    yield item;
  }
  const createdAt = new Date().toISOString();
  for (let number = 1; number <= count; number += 1) {
    id += 1;
    yield { id, name: `Sample ${number}, of ${count}`, price: (number % 1000) / 4, createdAt };
  }
}
