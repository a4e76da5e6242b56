import type { ValidationError } from 'class-validator';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { FieldCheck } from '../models/field-checks.js';
import { classTransformer, classValidator } from '../models/libraries.js';
import { constraintType, isTypeWord } from './constraint-types.js';
import { convertModel, toKey, type Conversion } from './convert-model.js';
import { refuse, type Location } from './converter.js';
import { fillCollections, type ItemsOfSets } from './fill-collections.js';
import type { InputField, InputModel } from './input-model.js';
import type { ValidationSettings } from './settings.js';

/** Makes an instance by class-transformer and validates it by class-validator, or adds to `faults`. */
export async function interpretModel(
  model: InputModel,
  value: unknown,
  location: Location,
  faults: ErrorDetail[],
  settings: ValidationSettings,
): Promise<object | undefined> {
  const own: ErrorDetail[] = [];
  const keys = new WeakMap<object, readonly string[]>();
  const conversion: Conversion = { settings, faults: own, refused: new Set(), depth: 1, keys };
  const plain = convertModel(model, value, location, conversion);
  let instance: object | undefined;
  if (plain !== undefined) {
    const groups = settings.groups === undefined ? undefined : [...settings.groups];
    instance = classTransformer().plainToInstance(model.model, plain, {
      ...(groups === undefined ? {} : { groups }),
      // Else a field with @Expose that did not come would lose its initializer.
      exposeUnsetFields: false,
    });
    const items = fillCollections(model, plain, instance, keys);
    const errors = await classValidator().validate(instance, {
      whitelist: true,
      forbidUnknownValues: true,
      // Rules without groups hold for all of them; without this they would hold for none, and drop their fields.
      ...(groups === undefined ? {} : { groups, always: true }),
    });
    const report = new Report(conversion, items);
    for (const error of errors) await report.addField(error, model, value, location);
  }
  const start = location.length;
  own.sort((a, b) => comparePlaces(placeOf(a.loc, model, start), placeOf(b.loc, model, start)));
  for (const fault of own.slice(0, Math.max(0, settings.maxErrors - faults.length))) faults.push(fault);
  return own.length === 0 ? instance : undefined;
}

/** The faults of class-validator in the words of FastAPI. */
class Report {
  readonly #conversion: Conversion;
  readonly #items: ItemsOfSets;

  constructor(conversion: Conversion, items: ItemsOfSets) {
    this.#conversion = conversion;
    this.#items = items;
  }

  /** @param raw The object that came, whose field is told. */
  async addField(error: ValidationError, model: InputModel, raw: unknown, parent: Location): Promise<void> {
    const field = model.byProperty.get(error.property);
    const name = field?.name ?? error.property;
    const location = [...parent, name];
    const given = property(raw, name);
    await this.#addConstraints(error, model.checks, given, location);
    if (field === undefined) return;
    if (field.collection === undefined) {
      await this.#addNested(error, field, given, location);
      return;
    }
    for (const item of error.children ?? []) {
      const key = field.collection === 'map' ? item.property : Number(item.property);
      const itemRaw = itemOf(given, key);
      await this.#addConstraints(item, model.checks, itemRaw, [...location, key]);
      await this.#addNested(item, field, itemRaw, [...location, key]);
    }
  }

  async #addNested(
    error: ValidationError,
    { type }: InputField,
    raw: unknown,
    location: Location,
  ): Promise<void> {
    const { model, inner } = nestedModel(type, raw, location);
    if (model === undefined || this.#conversion.refused.has(toKey(location))) return;
    for (const child of error.children ?? []) await this.addField(child, model, raw, inner);
  }

  async #addConstraints(
    error: ValidationError,
    checks: readonly FieldCheck[],
    raw: unknown,
    location: Location,
  ): Promise<void> {
    const { faults, refused, settings } = this.#conversion;
    const constraints = Object.entries(error.constraints ?? {});
    if (constraints.length === 0 || refused.has(toKey(location)) || faults.length >= settings.maxErrors)
      return;
    if (error.value === undefined) {
      refuse(faults, 'missing', location, 'Field required', null);
      return;
    }
    const told: ErrorDetail[] = [];
    for (const [constraint, msg] of constraints) {
      const check = checks.find(({ property: of, name }) => of === error.property && name === constraint);
      const entries = check?.each === true ? this.#entriesOf(error.value) : undefined;
      if (check !== undefined && entries !== undefined) {
        await this.#addItems(check, { error, entries }, raw, location, msg, told);
      } else {
        const type = constraintType(constraint, error.value, check?.values);
        refuse(told, type, location, msg, raw === undefined ? error.value : raw);
      }
    }
    const types = told.filter(({ type }) => isTypeWord(type));
    const keys = new Set(types.map(({ loc }) => toKey(loc)));
    // What is not of its type is told so, and nothing else of it.
    faults.push(...told.filter((fault) => types.includes(fault) || !keys.has(toKey(fault.loc))));
  }

  /** A rule for each item is told of the items that break it: class-validator tells it of the list. */
  async #addItems(
    check: FieldCheck,
    { error, entries }: { error: ValidationError; entries: Iterable<[string | number, unknown]> },
    raw: unknown,
    location: Location,
    msg: string,
    told: ErrorDetail[],
  ): Promise<void> {
    const { refused, settings } = this.#conversion;
    const object = error.target ?? {};
    for (const [key, item] of entries) {
      const at = [...location, key];
      if (told.length >= settings.maxErrors) return;
      if (refused.has(toKey(at))) continue;
      const targetName = object.constructor.name;
      const args = { targetName, property: check.property, object, value: item, constraints: check.values };
      if (await check.validate(item, args)) continue;
      const input = itemOf(raw, key) ?? item;
      refuse(told, constraintType(check.name, item, check.values), at, msg, input);
    }
  }

  #entriesOf(value: unknown): Iterable<[string | number, unknown]> | undefined {
    if (Array.isArray(value)) return value.entries();
    if (value instanceof Set) return (this.#items.get(value) ?? [...value]).entries();
    return value instanceof Map ? (value as Map<string, unknown>) : undefined;
  }
}

function itemOf(value: unknown, key: string | number): unknown {
  return typeof key === 'string' ? property(value, key) : Array.isArray(value) ? value[key] : undefined;
}

/** The model of a nested value, and where its fields are: below the tag, where one tells its class. */
function nestedModel(
  type: InputField['type'],
  raw: unknown,
  location: Location,
): { model: InputModel | undefined; inner: Location } {
  if (type.kind === 'model') return { model: type.model, inner: location };
  if (type.kind !== 'variants') return { model: undefined, inner: location };
  const tag = property(raw, type.property);
  return typeof tag === 'string'
    ? { model: type.models.get(tag), inner: [...location, tag] }
    : { model: undefined, inner: location };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** Where a fault stands among those of a model: by the order of its fields, whoever found it. */
function placeOf(location: Location, model: InputModel, start: number): number[] {
  const place: number[] = [];
  let current: InputModel | undefined = model;
  let field: InputField | undefined;
  // A key of a map names no field, and the keys stay as they came.
  let isKey = false;
  for (const step of location.slice(start)) {
    if (typeof step === 'number') place.push(step);
    else if (isKey) isKey = false;
    else if (current !== undefined) {
      field = current.byName.get(step);
      place.push(field === undefined ? Infinity : current.fields.indexOf(field));
      isKey = field?.collection === 'map';
      current = field?.type.kind === 'model' ? field.type.model : undefined;
    } else if (field?.type.kind === 'variants') current = field.type.models.get(step);
  }
  return place;
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (step !== other) return step < other ? -1 : 1;
  }
  return a.length - b.length;
}
