import 'reflect-metadata';
import { deepStrictEqual } from 'node:assert';

import { Expose, plainToInstance, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Contains,
  getMetadataStorage,
  IsArray,
  IsBoolean,
  IsDate,
  IsEmail,
  IsEnum,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  MinLength,
  validate,
  ValidateNested,
  type ValidationError,
} from 'class-validator';
import fc from 'fast-check';

import type { ErrorDetail } from '../../src/errors/request-validation-error.js';
import type { ModelClass } from '../../src/models/model-fields.js';
import { compileModel } from '../../src/validation/compile-model.js';
import { FAIL } from '../../src/validation/fail.js';
import { readInputModel } from '../../src/validation/input-model.js';
import { interpretModel } from '../../src/validation/interpret-model.js';
import { DEFAULT_SETTINGS } from '../../src/validation/settings.js';

const INPUTS_OF_A_CLASS = 100;

enum Color {
  Red = 'red',
  Blue = 'blue',
}

type Kind =
  'string' | 'email' | 'integer' | 'number' | 'boolean' | 'date' | 'enum' | 'literal' | 'object' | 'model';

interface FieldSpec {
  readonly kind: Kind;
  readonly list: boolean;
  readonly optional: boolean;
  readonly initial: boolean;
  readonly ruled: boolean;
  readonly renamed: boolean;
  readonly fields: readonly FieldSpec[];
}

interface ClassSpec {
  readonly fields: readonly FieldSpec[];
  /** How many of the fields are those of a base. */
  readonly inherited: number;
}

const PLAIN_KINDS = [
  'string',
  'email',
  'integer',
  'number',
  'boolean',
  'date',
  'enum',
  'literal',
  'object',
] as const;

function fieldSpec(kind: fc.Arbitrary<Kind>, fields: fc.Arbitrary<FieldSpec[]>): fc.Arbitrary<FieldSpec> {
  const [list, optional, initial, ruled, renamed] = Array.from({ length: 5 }, () =>
    fc.boolean(),
  ) as FiveBooleans;
  return fc.record({ kind, list, optional, initial, ruled, renamed, fields });
}
type FiveBooleans = [
  fc.Arbitrary<boolean>,
  fc.Arbitrary<boolean>,
  fc.Arbitrary<boolean>,
  fc.Arbitrary<boolean>,
  fc.Arbitrary<boolean>,
];

const plainField = fieldSpec(fc.constantFrom<Kind>(...PLAIN_KINDS), fc.constant([]));
const plainFields = fc.array(plainField, { minLength: 1, maxLength: 4 });
const outerField = fieldSpec(
  fc.constantFrom<Kind>('model', 'model', ...PLAIN_KINDS),
  fc.array(fc.oneof(plainField, fieldSpec(fc.constant<Kind>('model'), plainFields)), {
    minLength: 1,
    maxLength: 3,
  }),
);

/** Classes without others in them. */
export const flatClass: fc.Arbitrary<ClassSpec> = fc.record({
  fields: plainFields,
  inherited: fc.constant(0),
});
/** Classes that have some of their fields, or all, from a base. */
export const inheritingClass: fc.Arbitrary<ClassSpec> = fc.record({
  fields: plainFields,
  inherited: fc.integer({ min: 1, max: 4 }),
});
/** Classes with others in them, which have others in them. */
export const nestedClass: fc.Arbitrary<ClassSpec> = fc.record({
  fields: fc.array(outerField, { minLength: 1, maxLength: 4 }),
  inherited: fc.nat(3),
});

/** Type decorators of a kind, its rules, and what a field is initialized with. */
const KINDS: Readonly<
  Record<
    Exclude<Kind, 'model'>,
    [type: PropertyMaker[], rules: PropertyMaker[], design: unknown, initial: unknown]
  >
> = {
  string: [
    [IsString],
    [(o) => MinLength(2, o), (o) => MaxLength(4, o), (o) => Contains('a', o)],
    String,
    'aa',
  ],
  email: [[(o) => IsEmail({}, o)], [(o) => Length(3, 12, o)], String, 'a@b.example'],
  integer: [[IsInt], [(o) => Min(1, o), (o) => Max(10, o)], Number, 5],
  number: [[(o) => IsNumber({}, o)], [(o) => Min(-1.5, o)], Number, 0.5],
  boolean: [[IsBoolean], [], Boolean, true],
  date: [[IsDate], [], Date, new Date(0)],
  enum: [[(o) => IsEnum(Color, o)], [], String, 'red'],
  literal: [[(o) => IsIn(['x', 'yy'], o)], [(o) => MaxLength(1, o)], String, 'x'],
  object: [[IsObject], [], Object, {}],
};
type PropertyMaker = (options: { each: boolean }) => PropertyDecorator;

function makeClass({ fields, inherited }: ClassSpec): ModelClass {
  const initial: Record<string, unknown> = {};
  const names = fields.map((_, index) => `f${String(index)}`);
  class Base {
    constructor() {
      for (const [name, value] of Object.entries(initial)) {
        Object.assign(this, { [name]: structuredClone(value) });
      }
    }
  }
  class Model extends Base {}
  for (const [index, field] of fields.entries()) {
    const owner = index < inherited ? Base : Model;
    decorate(owner.prototype, names[index]!, field);
    if (field.initial && !field.optional && field.kind !== 'model') {
      const value = KINDS[field.kind][3];
      initial[names[index]!] = field.list ? [value] : value;
    }
  }
  return Model;
}

function decorate(prototype: object, name: string, field: FieldSpec): void {
  const { kind, list, optional, ruled, renamed } = field;
  const options = { each: list };
  const apply = (decorator: PropertyDecorator): void => decorator(prototype, name);
  const model = kind === 'model' ? makeClass({ fields: innerFields(field), inherited: 0 }) : undefined;
  const design = list ? Array : (model ?? KINDS[kind as Exclude<Kind, 'model'>][2]);
  Reflect.defineMetadata('design:type', design, prototype, name);
  if (optional) apply(IsOptional());
  if (renamed) apply(Expose({ name: `${name}-wire` }));
  if (list) apply(IsArray());
  if (list && ruled) [ArrayMinSize(1), ArrayMaxSize(3)].forEach(apply);
  if (model !== undefined) {
    apply(ValidateNested(options));
    apply(Type(() => model));
    return;
  }
  const [types, rules] = KINDS[kind as Exclude<Kind, 'model'>];
  for (const make of [...types, ...(ruled ? rules : [])]) apply(make(options));
  if (kind === 'date') apply(Type(() => Date));
}

function innerFields({ fields }: FieldSpec): readonly FieldSpec[] {
  return fields.length > 0
    ? fields
    : [
        {
          kind: 'string',
          list: false,
          optional: false,
          initial: false,
          ruled: false,
          renamed: false,
          fields: [],
        },
      ];
}

/** A value with whether it is of its type already: what is converted, the libraries alone would refuse or take otherwise. */
interface Drawn {
  readonly value: unknown;
  readonly exact: boolean;
}

const GOOD: Readonly<Record<Exclude<Kind, 'model'>, readonly unknown[]>> = {
  string: ['aa', 'a', '', 'abcde', '❤️a', '😀a', 'bbb'],
  email: ['a@b.example', 'a@', 'long.address@b.example'],
  integer: [1, 5, 10, 0, 11, -3],
  number: [0.5, -1.5, -2, 1e21, 7],
  boolean: [true, false],
  date: ['2024-02-29T12:00:00Z', '2020-01-01'],
  enum: ['red', 'blue'],
  literal: ['x', 'yy'],
  object: [{}, { a: 1, b: [null, { c: 'x' }] }, { toString: 1 }],
};
const CONVERTED: Readonly<Record<Exclude<Kind, 'model'>, readonly unknown[]>> = {
  string: [],
  email: [],
  integer: ['5', '+1', ' 10', 2 ** 60],
  number: ['3.5', '1e3'],
  boolean: ['yes', 'off', 1, 0, 'TRUE'],
  date: ['2020-01-01 10:00', 'yesterday', 5],
  enum: [],
  literal: [],
  object: [],
};
const WRONG: Readonly<Record<Exclude<Kind, 'model'>, readonly unknown[]>> = {
  string: [5, true, null, {}, [], ['aa']],
  email: [5, null, {}],
  integer: [0.5, 'x', true, null, {}, []],
  number: ['12abc', '', true, null, {}],
  boolean: ['maybe', 2, null, {}],
  date: [null, [], {}, true],
  enum: ['green', 5, null],
  literal: ['z', 5, null],
  object: [5, 'x', null, [], [{}]],
};

/** Draws inputs of a class, by a generator of numbers that its seed decides. */
function createDrawing(seed: number) {
  let state = seed >>> 0;
  const random = (): number => {
    // A linear congruential generator, by the constants of Numerical Recipes.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

  const drawValue = (field: FieldSpec): Drawn => {
    const { kind } = field;
    const chance = random();
    if (kind === 'model') {
      return chance < 0.85
        ? drawObject(innerFields(field))
        : { value: pick([5, 'x', null, true]), exact: true };
    }
    if (chance < 0.8) return { value: pick(GOOD[kind]), exact: true };
    if (chance < 0.88 && CONVERTED[kind].length > 0) return { value: pick(CONVERTED[kind]), exact: false };
    const value = pick(WRONG[kind]);
    // Both refuse it, but the libraries ask each rule of a list about its items and not of the list.
    return { value, exact: kind !== 'date' };
  };
  const drawField = (field: FieldSpec): Drawn => {
    if (!field.list) return drawValue(field);
    if (random() < 0.08) return { value: pick([null, 5, 'x', {}, true]), exact: field.kind !== 'model' };
    const items = Array.from({ length: Math.floor(random() * 4) }, () => drawValue(field));
    return { value: items.map(({ value }) => value), exact: items.every(({ exact }) => exact) };
  };
  const drawObject = (fields: readonly FieldSpec[]): Drawn => {
    const value: Record<string, unknown> = {};
    let exact = true;
    for (const [index, field] of fields.entries()) {
      const name = field.renamed ? `f${String(index)}-wire` : `f${String(index)}`;
      if (random() < 0.12) {
        // To class-validator a nested model that is missing is right.
        exact &&= field.kind !== 'model';
        continue;
      }
      const drawn = drawField(field);
      value[name] = drawn.value;
      exact &&= drawn.exact;
    }
    if (random() < 0.2) value[pick(['more', 'toString', 'f0x'])] = pick<unknown>([1, { a: 1 }, 'x']);
    return { value, exact };
  };
  return drawObject;
}

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Where class-validator finds faults, in the names of the wire. */
function places(errors: readonly ValidationError[], fields: readonly FieldSpec[], at: string): string[] {
  return errors.flatMap((error) => {
    const field = fields[Number(error.property.slice(1))]!;
    const own = `${at}.${error.property}${field.renamed ? '-wire' : ''}`;
    const told = error.constraints === undefined ? [] : [own];
    const inner = innerFields(field);
    const below = (error.children ?? []).flatMap((child) =>
      field.list
        ? [
            ...(child.constraints === undefined ? [] : [`${own}.${child.property}`]),
            ...places(child.children ?? [], inner, `${own}.${child.property}`),
          ]
        : places([child], inner, own),
    );
    return [...told, ...below];
  });
}

/** A rule about each item is told of the item here, and of the list by class-validator. */
function toListPlaces(faults: readonly ErrorDetail[], fields: readonly FieldSpec[]): string[] {
  return faults.map(({ loc }) => {
    let level: readonly FieldSpec[] = fields;
    const steps = [...loc];
    const told: (string | number)[] = [steps.shift()!];
    while (steps.length > 0) {
      const name = steps.shift()!;
      told.push(name);
      const field = level[Number(/^f(\d+)/.exec(String(name))![1])]!;
      if (field.list && steps.length > 0) {
        const index = steps.shift()!;
        if (field.kind === 'model') told.push(index);
      }
      level = innerFields(field);
    }
    return told.join('.');
  });
}

const sorted = (values: readonly string[]): string[] => [...new Set(values)].sort();

/** class-validator looks through the classes that it knows on each call. */
function forget(before: ReadonlySet<unknown>): void {
  const { validationMetadatas } = getMetadataStorage() as unknown as {
    validationMetadatas: Map<unknown, unknown>;
  };
  for (const model of validationMetadatas.keys()) if (!before.has(model)) validationMetadatas.delete(model);
}

function knownClasses(): ReadonlySet<unknown> {
  return new Set(
    (
      getMetadataStorage() as unknown as { validationMetadatas: Map<unknown, unknown> }
    ).validationMetadatas.keys(),
  );
}

async function compare(
  spec: ClassSpec,
  seed: number,
  counts: { inputs: number; compiled: number; exact: number },
): Promise<void> {
  const model = makeClass(spec);
  const input = readInputModel(model, undefined);
  const compiled = compileModel(input, DEFAULT_SETTINGS);
  if (compiled === undefined) throw new Error('the class was not compiled');
  const draw = createDrawing(seed);
  for (let round = 0; round < INPUTS_OF_A_CLASS; round += 1) {
    const { value, exact } = draw(spec.fields);
    const quick: unknown = compiled(copy(value));
    counts.inputs += 1;
    if (quick !== FAIL) counts.compiled += 1;
    if (exact) {
      counts.exact += 1;
      const instance: unknown = plainToInstance(model, copy(value) as object, { exposeUnsetFields: false });
      const errors = await validate(instance as object, { whitelist: true, forbidUnknownValues: true });
      if (quick !== FAIL) {
        deepStrictEqual(errors, []);
        deepStrictEqual(quick, instance);
        continue;
      }
      const faults: ErrorDetail[] = [];
      const slow = await interpretModel(input, copy(value), ['body'], faults, DEFAULT_SETTINGS);
      const [found, expected] = [toListPlaces(faults, spec.fields), places(errors, spec.fields, 'body')];
      deepStrictEqual(sorted(found), sorted(expected));
      if (errors.length === 0) deepStrictEqual(slow, instance);
    } else if (quick !== FAIL) {
      const faults: ErrorDetail[] = [];
      deepStrictEqual(quick, await interpretModel(input, copy(value), ['body'], faults, DEFAULT_SETTINGS));
      deepStrictEqual(faults, []);
    }
  }
}

/** Compares what is compiled of random classes with the libraries, on this many inputs. */
export async function compareWithLibraries(specs: fc.Arbitrary<ClassSpec>, inputs: number): Promise<void> {
  const before = knownClasses();
  const counts = { inputs: 0, compiled: 0, exact: 0 };
  await fc.assert(
    fc.asyncProperty(specs, fc.nat(), async (spec, seed) => {
      await compare(spec, seed, counts);
      forget(before);
    }),
    { numRuns: inputs / INPUTS_OF_A_CLASS },
  );
  expect(counts.inputs).toBeGreaterThanOrEqual(inputs);
  // It would say nothing of a function that refuses everything.
  expect(counts.compiled).toBeGreaterThan(0.05 * counts.inputs);
  expect(counts.exact).toBeGreaterThan(0.3 * counts.inputs);
}
