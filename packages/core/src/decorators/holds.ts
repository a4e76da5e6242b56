import type { ModelSpec } from '../metadata/model-spec.js';
import { writeHeldType } from '../models/held-types.js';

/**
 * Says what a field of a model holds in responses, where the decorators of class-validator and class-transformer have no
 * word for it: a union, a record, a list of lists, what `@Transform` makes. It says nothing of requests: a class that is read
 * from them has rules of class-validator beside it, or `@Allow()` for any value.
 *
 * ```ts
 * class Order {
 *   @Holds(() => record([Item])) byShop!: Record<string, Item[]>;
 *   @Holds(() => nullable(Item)) first!: Item | null;
 * }
 * ```
 *
 * @param type A function, so that a class that is declared further down can be named.
 */
export function Holds(type: () => ModelSpec) {
  return (prototype: object, property: string | symbol): void => {
    writeHeldType(prototype, String(property), type);
  };
}
