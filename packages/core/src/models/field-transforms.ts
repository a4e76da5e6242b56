import { classTransformer, transformerStorage } from './libraries.js';
import type { ModelClass } from './model-fields.js';

/**
 * What @Transform makes of a field on its way out, as one function of the value and its object: all decorators that apply
 * in that direction, in class-transformer's order. Undefined where there is none.
 */
export function readOutputTransform(
  model: ModelClass,
  property: string,
  groups: readonly string[],
): ((value: unknown, source: object) => unknown) | undefined {
  const type = classTransformer().TransformationType.CLASS_TO_PLAIN;
  const found = transformerStorage()
    .findTransformMetadatas(model, property, type)
    .filter(({ options }) => {
      const asked = (options as { readonly groups?: readonly string[] } | undefined)?.groups ?? [];
      return asked.length === 0 || asked.some((group) => groups.includes(group));
    })
    .map(({ transformFn }) => transformFn);
  if (found.length === 0) return undefined;
  const options = { groups: [...groups] };
  return (value, source) =>
    found.reduce<unknown>(
      (current, transform) => transform({ value: current, key: property, obj: source, type, options }),
      value,
    );
}
