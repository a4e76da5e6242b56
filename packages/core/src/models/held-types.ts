import { classValidator } from './libraries.js';
import type { ModelClass } from './model-fields.js';

type Held = Map<string, () => unknown>;

// On the prototype, under a registered symbol, so that two copies of this package read the same.
const HELD: unique symbol = Symbol.for('sluice.metadata.held-types');
type Annotated = object & { [HELD]?: Held };

/** Keeps what a field holds in responses. The field is one of the model by it, with no rule of class-validator. */
export function writeHeldType(prototype: object, property: string, type: () => unknown): void {
  const annotated = prototype as Annotated;
  let held = Object.hasOwn(annotated, HELD) ? annotated[HELD] : undefined;
  if (held === undefined) {
    held = new Map();
    Object.defineProperty(annotated, HELD, { value: held });
  }
  held.set(property, type);
  // Among the others at its place in the class: it is they that are read in their order.
  classValidator().Allow()(prototype, property);
}

/** What a field holds in responses, where that is said; of the class itself or the nearest base. */
export function readHeldType(model: ModelClass, property: string): (() => unknown) | undefined {
  for (
    let prototype: unknown = model.prototype;
    typeof prototype === 'object' && prototype !== null;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    const held = Object.hasOwn(prototype, HELD) ? (prototype as Annotated)[HELD]?.get(property) : undefined;
    if (held !== undefined) return held;
  }
  return undefined;
}
