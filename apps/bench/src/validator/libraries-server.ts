import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { Item, VALUES } from './item.js';
import { serveCount } from './serve-count.js';

export function listen(): Promise<number> {
  return serveCount(() => {
    let fitting = 0;
    for (const value of VALUES) {
      const item = plainToInstance(Item, value);
      if (validateSync(item, { whitelist: true }).length === 0 && item instanceof Item) fitting += 1;
    }
    return fitting;
  });
}
