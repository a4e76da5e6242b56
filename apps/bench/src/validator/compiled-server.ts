import { compileConverter } from '@sluice/core/internal';

import { Item, VALUES } from './item.js';
import { serveCount } from './serve-count.js';

export function listen(): Promise<number> {
  const compiled = compileConverter(Item);
  if (!('convert' in compiled)) throw new Error('the class cannot be compiled');
  return serveCount(() => {
    let fitting = 0;
    for (const value of VALUES) if (compiled.convert(value, [], []) instanceof Item) fitting += 1;
    return fitting;
  });
}
