import type { ErrorDetail } from '../errors/request-validation-error.js';
import { readCompound } from '../metadata/model-spec.js';
import { isEnumObject, typeName } from '../metadata/types.js';
import type { Discriminator } from '../models/discriminator.js';
import { refuse, type Converter, type Location } from './converter.js';
import { isBetter, type Measure } from './union-fit.js';

/** One of the types of a union. */
interface Member {
  readonly type: unknown;
  readonly convert: Converter;
  readonly fit: Measure;
}

/** The types of a union, those of unions in it too; null in one of them is null in all. */
export function flattenUnion(types: readonly unknown[]): { types: readonly unknown[]; takesNull: boolean } {
  const found = { types: [] as unknown[], takesNull: false };
  const add = (type: unknown): void => {
    const compound = readCompound(type);
    if (compound?.kind === 'union') compound.of.forEach(add);
    else if (compound?.kind === 'nullable') {
      found.takesNull = true;
      add(compound.of);
    } else found.types.push(type);
  };
  types.forEach(add);
  return found;
}

/** Converts to the class that a field of the value names; its value is in the `loc` of what is wrong below it. */
export function convertByTag({ name, members: tags }: Discriminator, members: readonly Member[]): Converter {
  const expected = [...tags.keys()].map((tag) => `'${String(tag)}'`).join(', ');
  return (value, location, faults) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return refuse(faults, 'model_attributes_type', location, 'Input should be a valid object', value);
    }
    const tag = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    if (tag === undefined) {
      const msg = `Unable to extract tag using discriminator '${name}'`;
      return refuse(faults, 'union_tag_not_found', location, msg, value);
    }
    const member = members[tags.get(tag) ?? -1];
    if (member === undefined) {
      const msg = `Input tag found using '${name}' does not match any of the expected tags: ${expected}`;
      return refuse(faults, 'union_tag_invalid', location, msg, value);
    }
    const step = typeof tag === 'string' || typeof tag === 'number' ? tag : JSON.stringify(tag);
    return member.convert(value, [...location, step], faults);
  };
}

/**
 * Converts to the type that fits best, as Pydantic's smart mode does: the one of whose fields the value has most, then one
 * that converts nothing, then the first; where that one refuses the value, the next. If all do, the faults of all are told,
 * each with the name of its type in its `loc`.
 */
export function convertByFit(members: readonly Member[], maxErrors: number): Converter {
  const labels = members.map(({ type }) => toLabel(type));
  return (value, location, faults) => {
    const order = rank(members, value);
    const refused: (readonly ErrorDetail[])[] = [];
    const attempt = (from: number): unknown => {
      for (let at = from; at < order.length; at += 1) {
        const index = order[at] ?? 0;
        const own: ErrorDetail[] = [];
        refused[index] = own;
        const converted = members[index]?.convert(value, toInner(location, labels[index]), own);
        if (converted instanceof Promise) {
          return converted.then((done: unknown) => (own.length === 0 ? done : attempt(at + 1)));
        }
        if (own.length === 0) return converted;
      }
      faults.push(...refused.flat().slice(0, Math.max(0, maxErrors - faults.length)));
      return undefined;
    };
    return attempt(0);
  };
}

function toInner(location: Location, label: string | undefined): Location {
  return label === undefined ? location : [...location, label];
}

/** The indexes of the members, from the best on. */
function rank(members: readonly Member[], value: unknown): readonly number[] {
  const fits = members.map(({ fit }, index) => ({ index, fit: fit(value) }));
  // A stable sort: of equals, the first stays before.
  fits.sort((a, b) => (isBetter(a.fit, b.fit) ? -1 : isBetter(b.fit, a.fit) ? 1 : 0));
  return fits.map(({ index }) => index);
}

/** The name of a type in a `loc`, as Pydantic gives it. */
function toLabel(type: unknown): string {
  if (Array.isArray(type)) return `list[${toLabel(type[0])}]`;
  const compound = readCompound(type);
  if (compound?.kind === 'record') return `dict[str,${toLabel(compound.of)}]`;
  if (compound?.kind === 'nullable') return `nullable[${toLabel(compound.of)}]`;
  if (compound?.kind === 'union') return `union[${compound.of.map(toLabel).join(',')}]`;
  return LABELS.get(type) ?? (isEnumObject(type) ? 'enum' : typeName(type));
}

const LABELS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [String, 'str'],
  [Number, 'float'],
  ['integer', 'int'],
  [BigInt, 'int'],
  [Boolean, 'bool'],
  [Date, 'datetime'],
  [Object, 'dict[str,any]'],
  [Buffer, 'bytes'],
  [Uint8Array, 'bytes'],
]);
