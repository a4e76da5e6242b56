// Random response models, random values of them, and what a simple reading of the model says is sent.
import { Holds, nullable, record, union, type Constructor, type ModelSpec } from '@sluice/core';
import { IsBoolean, IsDate, IsIn, IsInt, IsNumber, IsOptional, IsString } from 'class-validator';
import fc from 'fast-check';

/** Text that is in values where no model names it, and so may be in no body. */
export const SECRET = 'undeclared-secret';

/** What a route leaves out. */
export interface Flags {
  readonly excludeNone: boolean;
  readonly excludeUnset: boolean;
}

/** A value, and what is sent of it. */
interface Case {
  readonly value: unknown;
  readonly sent: (flags: Flags) => unknown;
}

/** A type, and values of it, with undeclared fields strewn in. */
export interface RandomModel {
  readonly spec: ModelSpec;
  readonly cases: fc.Arbitrary<Case>;
}

interface RandomField extends RandomModel {
  readonly name: string;
  readonly decorator: PropertyDecorator;
  readonly optional: boolean;
  readonly preset: Case | undefined;
}

const as = (value: unknown, sent: unknown): Case => ({ value, sent: () => sent });
const same = (values: fc.Arbitrary<unknown>): fc.Arbitrary<Case> => values.map((value) => as(value, value));

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', '"', '\\', '\u2028', '\ud800', 'a\u0000b', 'x'.repeat(50)),
);
const integer = fc.integer();
// Not -0, which is 0 in JSON.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const date = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') });
const keys = fc.constantFrom('a', 'b', 'c d', '0', '__proto__', 'constructor', '"');

/** Types of one value, each with a decorator and with what converts to it. */
const SCALARS: readonly (RandomModel & { readonly decorator: PropertyDecorator })[] = [
  { spec: String, decorator: IsString(), cases: same(text) },
  {
    spec: Number,
    decorator: IsNumber(),
    cases: fc.oneof(
      same(number),
      integer.map((value) => as(String(value), value)),
    ),
  },
  {
    spec: 'integer',
    decorator: IsInt(),
    cases: fc.oneof(
      same(integer),
      integer.map((value) => as(BigInt(value), value)),
      integer.map((value) => as(String(value), value)),
    ),
  },
  { spec: Boolean, decorator: IsBoolean(), cases: fc.oneof(same(fc.boolean()), fc.constant(as('on', true))) },
  {
    spec: Date,
    decorator: IsDate(),
    cases: fc.oneof(
      date.map((value) => as(value, value.toISOString())),
      date.map((value) => as(value.toISOString(), value.toISOString())),
    ),
  },
];

/** Makes random types; `depth` is how deep others may lie in one. */
export function randomModel(depth: number): fc.Arbitrary<RandomModel> {
  const scalar: fc.Arbitrary<RandomModel> = fc.constantFrom(...SCALARS);
  if (depth === 0) return scalar;
  const inner = randomModel(depth - 1);
  const any = fc.dictionary(
    keys.filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  return fc.oneof(
    { weight: 1, arbitrary: scalar },
    { weight: 4, arbitrary: randomClass(depth) },
    { weight: 2, arbitrary: inner.map(toList) },
    { weight: 1, arbitrary: inner.map(toRecord) },
    { weight: 1, arbitrary: inner.map(toNullable) },
    { weight: 1, arbitrary: fc.tuple(randomClass(depth), randomClass(depth)).map(toUnion) },
    { weight: 1, arbitrary: fc.constant({ spec: Object, cases: same(any) }) },
  );
}

function toList({ spec, cases }: RandomModel): RandomModel {
  const lists = fc.tuple(fc.array(cases, { maxLength: 4 }), fc.boolean());
  return {
    spec: [spec],
    cases: lists.map(([items, isSet]) => {
      const values = items.map(({ value }) => value);
      const set = new Set(values);
      return {
        value: isSet && set.size === values.length ? set : values,
        sent: (flags) => items.map(({ sent }) => sent(flags)),
      };
    }),
  };
}

function toRecord({ spec, cases }: RandomModel): RandomModel {
  const records = fc.uniqueArray(fc.tuple(keys, cases), { maxLength: 3, selector: ([key]) => key });
  return {
    spec: record(spec),
    cases: fc.tuple(records, fc.boolean()).map(([entries, isMap]) => {
      const values = entries.map(([key, { value }]): [string, unknown] => [key, value]);
      const present = entries.filter(([, { value }]) => value !== undefined);
      return {
        value: isMap ? new Map(values) : Object.fromEntries(values),
        sent: (flags) => Object.fromEntries(present.map(([key, { sent }]) => [key, sent(flags)])),
      };
    }),
  };
}

function toNullable({ spec, cases }: RandomModel): RandomModel {
  return {
    spec: nullable(spec),
    cases: fc.oneof(fc.constantFrom(as(null, null), as(undefined, null)), cases),
  };
}

/** Two classes that a field tells apart. */
function toUnion(pair: [RandomModel, RandomModel]): RandomModel {
  const [first, second] = pair.map(({ spec, cases }, index) => {
    class Member extends (spec as Constructor<object>) {}
    const tag = { memberKind: String(index) };
    IsIn([tag.memberKind])(Member.prototype, 'memberKind');
    const tagged = cases.map(({ value, sent }): Case => ({
      value: Object.assign(
        Object.create(Object.getPrototypeOf(value) as object | null) as object,
        value,
        tag,
      ),
      sent: (flags) => ({ ...tag, ...(sent(flags) as object) }),
    }));
    return { spec: Member as ModelSpec, cases: tagged };
  }) as [RandomModel, RandomModel];
  return { spec: union(first.spec, second.spec), cases: fc.oneof(first.cases, second.cases) };
}

/** A class of up to four fields: some optional, some with an initializer. */
function randomClass(depth: number): fc.Arbitrary<RandomModel> {
  const typed = fc.oneof(
    fc.constantFrom(...SCALARS),
    randomModel(depth - 1).map((inner) => ({ ...inner, decorator: Holds(() => inner.spec) })),
  );
  const details = fc.tuple(typed, fc.boolean(), fc.boolean()).chain(([type, optional, filled]) =>
    // A field that is undefined is absent.
    type.cases
      .filter(({ value }) => value !== undefined && value !== null)
      .map((preset) => ({ ...type, optional, preset: filled ? preset : undefined })),
  );
  const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'longName', 'with space', 'ü'), {
    minLength: 1,
    maxLength: 4,
  });
  return names
    .chain((list) =>
      fc.tuple(...list.map((name) => details.map((field): RandomField => ({ ...field, name })))),
    )
    .map((fields) => ({ spec: toClass(fields), cases: casesOf(fields) }));
}

function toClass(fields: readonly RandomField[]): Constructor<object> {
  class Model {
    constructor() {
      for (const { name, preset } of fields) {
        if (preset !== undefined) (this as Record<string, unknown>)[name] = preset.value;
      }
    }
  }
  for (const { name, decorator, optional } of fields) {
    decorator(Model.prototype, name);
    if (optional) IsOptional()(Model.prototype, name);
  }
  return Model;
}

class Stranger {
  readonly password = SECRET;
  get hidden() {
    return SECRET;
  }
  toJSON() {
    return { password: SECRET };
  }
}

const strewn = fc.constantFrom<object>(
  {},
  { [SECRET]: 1 },
  { secret: SECRET, nested: { deep: [SECRET] } },
  { password: SECRET, toString: () => SECRET },
);

function casesOf(fields: readonly RandomField[]): fc.Arbitrary<Case> {
  const chosen = fc.tuple(
    ...fields.map(({ cases, optional, preset }) => fieldCase(cases, optional || preset !== undefined)),
  );
  return fc
    .tuple(chosen, strewn, fc.constantFrom('plain', 'stranger', 'bare', 'frozen'))
    .map(([values, extra, form]) => {
      const own = Object.fromEntries(fields.map(({ name }, at) => [name, values[at]?.value]));
      const value = { ...extra, ...own };
      const base =
        form === 'stranger' ? new Stranger() : form === 'bare' ? (Object.create(null) as object) : {};
      const object = Object.assign(base, value);
      return {
        value: form === 'frozen' ? Object.freeze(object) : object,
        sent: (flags) =>
          Object.fromEntries(
            fields.flatMap(({ name, preset }, at): [string, unknown][] => {
              const given = values[at];
              const used = given ?? (flags.excludeUnset ? undefined : preset);
              const sent = used?.sent(flags);
              return sent === undefined || (sent === null && flags.excludeNone) ? [] : [[name, sent]];
            }),
          ),
      };
    });
}

/** Undefined where the field is left out; null where it is optional, too. */
function fieldCase(cases: fc.Arbitrary<Case>, absent: boolean): fc.Arbitrary<Case | undefined> {
  const present = cases.map((each) => (each.value === undefined ? as(null, null) : each));
  return absent ? fc.oneof(present, fc.constant(undefined)) : present;
}
