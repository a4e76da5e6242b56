import type { InlineRules } from '../metadata/inline-rules.js';
import { readCompound, specName, type CompoundDescription } from '../metadata/model-spec.js';
import type { Constructor } from '../metadata/types.js';
import { findDiscriminator } from '../models/discriminator.js';
import { describeFields, hasValidatedFields } from '../models/model-fields.js';
import { findModelFaults, type ModelFault } from './check-model.js';
import { convertAll } from './convert-all.js';
import { convertByFit, convertByTag, flattenUnion } from './convert-union.js';
import { refuse, type Converter } from './converter.js';
import { withListRules, withValueRules } from './inline-rules.js';
import { readInputModel, type InputModel } from './input-model.js';
import { createModelConverter } from './model-converter.js';
import { compileScalar } from './scalar-converter.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';
import {
  isBetter,
  measureList,
  measureModel,
  measureNullable,
  measureRecord,
  measureScalar,
  type Measure,
} from './union-fit.js';

/** A type that inputs can be converted to. */
export interface UsableConverter {
  readonly kind: 'scalar' | 'list' | 'object';
  readonly convert: Converter;
  /** Whether the converter may give a promise. */
  readonly asynchronous: boolean;
  /** How well a value fits: for a union, which takes the type that fits best. */
  readonly fit: Measure;
  /** What a model class takes. */
  readonly model?: InputModel;
  /** Whether null is one of its values. */
  readonly takesNull?: boolean;
}

/** What became of a type. */
export type CompiledConverter =
  | UsableConverter
  /** A class without a decorated field: converting to it would filter everything away. */
  | { readonly kind: 'empty-model'; readonly model: Constructor }
  /** A type that says something which cannot be meant. */
  | { readonly kind: 'faulty-model'; readonly faults: readonly ModelFault[] }
  | { readonly kind: 'unknown' };

/** Compiles a type that was declared or written by the compiler into a converter. Runs at registration. */
export function compileConverter(
  type: unknown,
  settings: ValidationSettings = DEFAULT_SETTINGS,
  rules: InlineRules = {},
): CompiledConverter {
  const scalar = compileScalar(type);
  const fit = measureScalar(type);
  if (scalar !== undefined)
    return { kind: 'scalar', convert: withValueRules(scalar, rules), asynchronous: false, fit };
  if (type === Object) return { kind: 'object', convert: convertObject, asynchronous: false, fit };
  if (type === Buffer || type === Uint8Array)
    return { kind: 'object', convert: convertBytes, asynchronous: false, fit };
  if (Array.isArray(type))
    return type.length === 1 ? compileList(type[0], settings, rules) : { kind: 'unknown' };
  const compound = readCompound(type);
  if (compound !== undefined) return compileCompound(compound, settings);
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
  const faults = findModelFaults(input, settings.groups);
  if (faults.length > 0) return { kind: 'faulty-model', faults };
  const convert = createModelConverter(input, settings);
  return { kind: 'object', convert, asynchronous: true, model: input, fit: measureModel(input, settings) };
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
    return convertAll(value, (each, at) => convert(each, [...location, at], faults), faults, maxErrors);
  };
  const fit = measureList(item.fit, maxItems);
  return { kind: 'list', convert: withListRules(convertList, rules), asynchronous, fit };
}

function compileCompound(compound: CompoundDescription, settings: ValidationSettings): CompiledConverter {
  switch (compound.kind) {
    case 'union': {
      const { types, takesNull } = flattenUnion(compound.of);
      const union = compileUnion(types, settings);
      return takesNull ? toNullable(union) : union;
    }
    case 'nullable':
      return toNullable(compileConverter(compound.of, settings));
    case 'record':
      return compileRecord(compound.of, settings);
  }
}

function toNullable(inner: CompiledConverter): CompiledConverter {
  if (!('convert' in inner)) return inner;
  const { convert, asynchronous } = inner;
  const fit = measureNullable(inner.fit);
  const orNull: Converter = (value, location, faults) =>
    value === null ? null : convert(value, location, faults);
  return { kind: 'object', convert: orNull, asynchronous, fit, takesNull: true };
}

function compileRecord(type: unknown, settings: ValidationSettings): CompiledConverter {
  const item = compileConverter(type, settings);
  if (!('convert' in item)) return item;
  const { convert, asynchronous } = item;
  const { maxItems, maxErrors } = settings;
  const convertRecord: Converter = (value, location, faults) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(faults, 'dict_type', location, 'Input should be a valid object', value);
    // Names that every object has are no keys, as in a model.
    const entries = Object.entries(value).filter(([key]) => !(key in Object.prototype));
    if (entries.length > maxItems)
      return refuse(faults, 'too_long', location, `Object should have at most ${maxItems} keys`, null);
    const keys = entries.map(([key]) => key);
    const items = convertAll(
      entries.map(([, each]) => each as unknown),
      (each, at) => convert(each, [...location, keys[at] ?? ''], faults),
      faults,
      maxErrors,
    );
    const join = (done: readonly unknown[] | undefined): unknown =>
      done === undefined ? undefined : Object.fromEntries(done.map((each, at) => [keys[at], each]));
    return items instanceof Promise ? items.then(join) : join(items);
  };
  return { kind: 'object', convert: convertRecord, asynchronous, fit: measureRecord(item.fit, maxItems) };
}

function compileUnion(types: readonly unknown[], settings: ValidationSettings): CompiledConverter {
  const twice = types.find((type, index) => types.indexOf(type) < index);
  if (twice !== undefined || types.length === 0) {
    const problem =
      twice === undefined ? 'it is a union of no type' : `its union has ${specName(twice)} twice`;
    const fix = 'name each type once: union(Cat, Dog)';
    return { kind: 'faulty-model', faults: [{ code: 'PARAM_TYPE_UNSUPPORTED', problem, fix }] };
  }
  const members: (UsableConverter & { readonly type: unknown })[] = [];
  for (const type of types) {
    const member = compileConverter(type, settings);
    if (!('convert' in member)) return member;
    members.push({ ...member, type });
  }
  const discriminator = findDiscriminator(
    members.map(({ model }) =>
      model === undefined ? undefined : describeFields(model.model, 'input', settings.groups),
    ),
  );
  const convert =
    discriminator === undefined
      ? convertByFit(members, settings.maxErrors)
      : convertByTag(discriminator, members);
  const fit: Measure = (value) =>
    members.map((member) => member.fit(value)).reduce((best, each) => (isBetter(each, best) ? each : best));
  return { kind: 'object', convert, asynchronous: members.some(({ asynchronous }) => asynchronous), fit };
}

const convertObject: Converter = (value, location, faults) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : refuse(faults, 'dict_type', location, 'Input should be a valid object', value);

const convertBytes: Converter = (value, location, faults) =>
  value instanceof Uint8Array
    ? value
    : refuse(faults, 'bytes_type', location, 'Input should be bytes', value);
