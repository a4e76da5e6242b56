import type { ErrorDetail } from '../errors/request-validation-error.js';
import { refuse, type Location } from './converter.js';
import { copyJson, TOO_DEEP } from './copy-json.js';
import type { InputField, InputModel, InputType, Variants } from './input-model.js';
import type { ValidationSettings } from './settings.js';

/** One conversion of a value by a model, before class-transformer and class-validator see it. */
export interface Conversion {
  readonly settings: ValidationSettings;
  readonly faults: ErrorDetail[];
  /** Where what was found makes all that class-validator could say of it pointless. */
  readonly refused: Set<string>;
  /** How deep the value lies. */
  readonly depth: number;
  /** The keys of what becomes a Map: class-transformer is given its values as a list, since it drops some keys. */
  readonly keys: WeakMap<object, readonly string[]>;
}

/**
 * Gives a plain object with the fields of a model, converted to their types. What cannot be converted is a fault, and
 * left out. What nobody declared is left out or refused.
 */
export function convertModel(
  model: InputModel,
  value: unknown,
  location: Location,
  conversion: Conversion,
): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject(conversion, 'model_attributes_type', location, 'Input should be a valid object', value);
  }
  if (conversion.depth > conversion.settings.maxDepth) return rejectDepth(conversion, location);
  const given = value as Record<string, unknown>;
  const inner = { ...conversion, depth: conversion.depth + 1 };
  const copy: Record<string, unknown> = {};
  for (const field of model.fields) {
    const { name, required, computed } = field;
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    if (computed) continue;
    if (own !== undefined) {
      const converted = convertField(field, own, [...location, name], inner);
      if (converted !== undefined) copy[name] = converted;
    } else if (required) reject(inner, 'missing', [...location, name], 'Field required', null);
    if (isFull(conversion)) return undefined;
  }
  takeUnknown(model, given, copy, location, conversion);
  return copy;
}

function takeUnknown(
  { model, byName, byProperty, keepsUnknown }: InputModel,
  given: Record<string, unknown>,
  copy: Record<string, unknown>,
  location: Location,
  conversion: Conversion,
): void {
  const forbidden = conversion.settings.extra === 'forbid';
  if (!forbidden && !keepsUnknown) return;
  for (const key of Object.keys(given)) {
    if (byName.has(key)) continue;
    if (forbidden) {
      if (isFull(conversion)) return;
      const at = [...location, key];
      reject(conversion, 'extra_forbidden', at, 'Extra inputs are not permitted', given[key]);
    } else if (!byProperty.has(key) && !(key in (model.prototype as object))) {
      const left = copyJson(given[key], conversion.settings.maxDepth - conversion.depth);
      if (left !== TOO_DEEP) copy[key] = left;
    }
  }
}

function convertField(
  field: InputField,
  value: unknown,
  location: Location,
  conversion: Conversion,
): unknown {
  if (field.optional && value === null) return null;
  if (field.conditional) {
    // Whether its rules apply is not known yet: what cannot be converted is theirs to refuse.
    const attempt = { ...conversion, faults: [], refused: new Set<string>() };
    const converted = convertWhole(field, value, location, attempt);
    return attempt.faults.length === 0 ? converted : value;
  }
  return convertWhole(field, value, location, conversion);
}

function convertWhole(
  { type, collection }: InputField,
  value: unknown,
  location: Location,
  conversion: Conversion,
): unknown {
  if (type.kind === 'opaque') return value;
  if (collection === undefined) return convertValue(type, value, location, conversion);
  return collection === 'map'
    ? convertEntries(type, value, location, conversion)
    : convertItems(type, value, location, conversion);
}

/** Gives the values of what becomes a Map as a list, and keeps its keys. */
function convertEntries(
  type: InputType,
  value: unknown,
  location: Location,
  conversion: Conversion,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject(conversion, 'dict_type', location, 'Input should be a valid object', value);
  }
  const keys = Object.keys(value);
  const given = keys.map((key) => (value as Record<string, unknown>)[key]);
  const items = convertAll(type, given, (index) => [...location, keys[index] ?? ''], location, conversion);
  if (items !== undefined) conversion.keys.set(items, keys);
  return items;
}

function convertItems(type: InputType, value: unknown, location: Location, conversion: Conversion): unknown {
  return Array.isArray(value)
    ? convertAll(type, value, (index) => [...location, index], location, conversion)
    : reject(conversion, 'list_type', location, 'Input should be a valid list', value);
}

function convertAll(
  type: InputType,
  values: readonly unknown[],
  locate: (index: number) => Location,
  location: Location,
  conversion: Conversion,
): unknown[] | undefined {
  const { maxItems, maxDepth } = conversion.settings;
  if (values.length > maxItems) {
    // Without its items, which nobody wants to read.
    reject(conversion, 'too_long', location, `List should have at most ${maxItems} items`, null);
    return undefined;
  }
  if (conversion.depth > maxDepth) {
    rejectDepth(conversion, location);
    return undefined;
  }
  const inner = { ...conversion, depth: conversion.depth + 1 };
  const items: unknown[] = [];
  for (const [index, each] of values.entries()) {
    const converted = convertValue(type, each, locate(index), inner);
    items.push(converted === undefined ? standIn(type) : converted);
    if (isFull(conversion)) return undefined;
  }
  return items;
}

/** What stands for a refused item, so that the others keep their places: class-transformer reads the tag of each. */
function standIn(type: InputType): unknown {
  if (type.kind !== 'variants') return undefined;
  const [tag] = type.models.keys();
  return { [type.property]: tag };
}

function convertValue(type: InputType, value: unknown, location: Location, conversion: Conversion): unknown {
  switch (type.kind) {
    case 'opaque':
      return value;
    case 'any': {
      const copy = copyJson(value, conversion.settings.maxDepth - conversion.depth + 1);
      return copy === TOO_DEEP ? rejectDepth(conversion, location) : copy;
    }
    case 'scalar': {
      const before = conversion.faults.length;
      const converted = type.convert(value, location, conversion.faults);
      if (conversion.faults.length > before) conversion.refused.add(toKey(location));
      return converted;
    }
    case 'model':
      return convertModel(type.model, value, location, conversion);
    case 'variants':
      return convertVariant(type, value, location, conversion);
  }
}

function convertVariant(
  { property, models }: Variants,
  value: unknown,
  location: Location,
  conversion: Conversion,
): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject(conversion, 'model_attributes_type', location, 'Input should be a valid object', value);
  }
  const tag = Object.hasOwn(value, property) ? (value as Record<string, unknown>)[property] : undefined;
  if (tag === undefined) {
    const msg = `Unable to extract tag using discriminator '${property}'`;
    return reject(conversion, 'union_tag_not_found', location, msg, value);
  }
  const model = typeof tag === 'string' ? models.get(tag) : undefined;
  if (model === undefined) {
    const expected = [...models.keys()].map((name) => `'${name}'`).join(', ');
    const msg = `Input tag found using '${property}' does not match any of the expected tags: ${expected}`;
    return reject(conversion, 'union_tag_invalid', location, msg, value);
  }
  const copy = convertModel(model, value, [...location, tag as string], conversion);
  // Beside the fields, since class-transformer goes by it.
  if (copy !== undefined) copy[property] = tag;
  return copy;
}

function rejectDepth(conversion: Conversion, location: Location): Nothing {
  const msg = `Input is nested too deeply, by more than ${conversion.settings.maxDepth} levels`;
  return reject(conversion, 'recursion_loop', location, msg, null);
}

function reject(
  conversion: Conversion,
  type: string,
  location: Location,
  msg: string,
  input: unknown,
): Nothing {
  conversion.refused.add(toKey(location));
  refuse(conversion.faults, type, location, msg, input);
  return NOTHING;
}

/** What is given for a value that was refused. */
const NOTHING = undefined as Nothing;
type Nothing = Record<string, unknown> | undefined;

/** Whether as many faults have been found as one response tells. */
function isFull({ faults, settings }: Conversion): boolean {
  return faults.length >= settings.maxErrors;
}

/** A location as one text, by which it can be found. */
export function toKey(location: Location): string {
  return JSON.stringify(location);
}
