import type { InlineRules } from '../metadata/inline-rules.js';
import type { Constructor } from '../metadata/types.js';
import { hasValidatedFields } from '../models/model-fields.js';
import { findModelFaults, type ModelFault } from './check-model.js';
import { refuse, type Converter } from './converter.js';
import { withListRules, withValueRules } from './inline-rules.js';
import { readInputModel, type InputModel } from './input-model.js';
import { createModelConverter } from './model-converter.js';
import { compileScalar } from './scalar-converter.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';

/** A type that inputs can be converted to. */
export interface UsableConverter {
  readonly kind: 'scalar' | 'list' | 'object';
  readonly convert: Converter;
  /** Whether the converter may give a promise. */
  readonly asynchronous: boolean;
  /** What a model class takes. */
  readonly model?: InputModel;
}

/** What became of a type. */
export type CompiledConverter =
  | UsableConverter
  /** A class without a decorated field: converting to it would filter everything away. */
  | { readonly kind: 'empty-model'; readonly model: Constructor }
  /** A class that says something which cannot be meant. */
  | { readonly kind: 'faulty-model'; readonly faults: readonly ModelFault[] }
  | { readonly kind: 'unknown' };

/** Compiles a type that was declared or written by the compiler into a converter. Runs at registration. */
export function compileConverter(
  type: unknown,
  settings: ValidationSettings = DEFAULT_SETTINGS,
  rules: InlineRules = {},
): CompiledConverter {
  const scalar = compileScalar(type);
  if (scalar !== undefined)
    return { kind: 'scalar', convert: withValueRules(scalar, rules), asynchronous: false };
  if (type === Object) return { kind: 'object', convert: convertObject, asynchronous: false };
  if (type === Buffer || type === Uint8Array)
    return { kind: 'object', convert: convertBytes, asynchronous: false };
  if (Array.isArray(type))
    return type.length === 1 ? compileList(type[0], settings, rules) : { kind: 'unknown' };
  if (
    typeof type !== 'function' ||
    type === Array ||
    type === Promise ||
    type === Function ||
    type === Symbol
  ) {
    return { kind: 'unknown' };
  }
  const model = type as Constructor<object>;
  if (!hasValidatedFields(model)) return { kind: 'empty-model', model };
  const input = readInputModel(model, settings.groups);
  const faults = findModelFaults(input);
  if (faults.length > 0) return { kind: 'faulty-model', faults };
  const convert = createModelConverter(input, settings);
  return { kind: 'object', convert, asynchronous: true, model: input };
}

function compileList(type: unknown, settings: ValidationSettings, rules: InlineRules): CompiledConverter {
  const item = compileConverter(type, settings, rules);
  if (!('convert' in item)) return item;
  const { convert, asynchronous } = item;
  const { maxItems, maxErrors } = settings;
  const convertList: Converter = (value, location, faults) => {
    if (!Array.isArray(value))
      return refuse(faults, 'list_type', location, 'Input should be a valid list', value);
    if (value.length > maxItems)
      return refuse(faults, 'too_long', location, `List should have at most ${maxItems} items`, null);
    const items: unknown[] = [];
    for (const [index, each] of (value as unknown[]).entries()) {
      const converted = convert(each, [...location, index], faults);
      items.push(converted);
      if (converted instanceof Promise) {
        return finishList(
          items,
          value as unknown[],
          (item, at) => convert(item, [...location, at], faults),
          () => faults.length >= maxErrors,
        );
      }
      if (faults.length >= maxErrors) return undefined;
    }
    return items;
  };
  return { kind: 'list', convert: withListRules(convertList, rules), asynchronous };
}

/** How many items are with the libraries at once: what they refuse takes time, so no more of it than is told. */
const BATCH = 50;

/** Converts the rest of a list, of which at least one item is a promise. */
async function finishList(
  items: unknown[],
  values: readonly unknown[],
  convert: (value: unknown, index: number) => unknown,
  isFull: () => boolean,
): Promise<unknown[] | undefined> {
  const done = await Promise.all(items);
  while (done.length < values.length && !isFull()) {
    const from = done.length;
    const batch = values.slice(from, from + BATCH);
    done.push(...(await Promise.all(batch.map((value, at) => convert(value, from + at)))));
  }
  return isFull() ? undefined : done;
}

const convertObject: Converter = (value, location, faults) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : refuse(faults, 'dict_type', location, 'Input should be a valid object', value);

const convertBytes: Converter = (value, location, faults) =>
  value instanceof Uint8Array
    ? value
    : refuse(faults, 'bytes_type', location, 'Input should be bytes', value);
