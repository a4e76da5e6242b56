// What a model does beyond what the two libraries do by themselves.
import 'reflect-metadata';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
import {
  Allow,
  IsArray,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  MinLength,
  registerDecorator,
  Validate,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
} from 'class-validator';

import { Holds } from '../decorators/holds.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';
import { record } from '../metadata/model-spec.js';
import type { ModelClass } from '../models/model-fields.js';
import { findModelFaults } from './check-model.js';
import { compileConverter } from './compile-converter.js';
import { compileModel } from './compile-model.js';
import { FAIL } from './fail.js';
import { readInputModel } from './input-model.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';

async function read(
  type: unknown,
  value: unknown,
  settings: Partial<ValidationSettings> = {},
): Promise<unknown> {
  const compiled = compileConverter(type, { ...DEFAULT_SETTINGS, ...settings });
  if (!('convert' in compiled)) throw new Error('no converter');
  const faults: ErrorDetail[] = [];
  const converted = await compiled.convert(value, ['body'], faults);
  return faults.length === 0 ? converted : faults.map(({ type: word, loc }) => `${word} ${loc.join('.')}`);
}

const json = (text: string): unknown => JSON.parse(text);

class Item {
  @IsInt() @Min(1) @Max(9) count = 1;
  @IsArray() @IsString({ each: true }) @MinLength(2, { each: true }) tags: string[] = [];
}

test('says of a wrong type only that, and of a broken rule for items which item breaks it', async () => {
  expect(await read(Item, { count: 'x' })).toEqual(['int_parsing body.count']);
  expect(await read(Item, { count: true, tags: ['aa', 'b', 5] })).toEqual([
    'int_type body.count',
    'string_too_short body.tags.1',
    'string_type body.tags.2',
  ]);
});

test('tells what came, before it was converted', async () => {
  const compiled = compileConverter(Item);
  const faults: ErrorDetail[] = [];
  if ('convert' in compiled) await compiled.convert({ count: '10' }, [], faults);
  expect(faults).toEqual([
    { type: 'less_than_equal', loc: ['count'], msg: 'count must not be greater than 9', input: '10' },
  ]);
});

test('tells by @Length which end is broken', async () => {
  class Named {
    @Length(2, 4) name!: string;
  }
  expect(await read(Named, { name: 'a' })).toEqual(['string_too_short body.name']);
  expect(await read(Named, { name: 'abcde' })).toEqual(['string_too_long body.name']);
  expect(await read(Named, { name: 5 })).toEqual(['string_type body.name']);
});

class Asynchronous {
  @ValidateBy({
    name: 'isFree',
    validator: { validate: (name) => Promise.resolve(name !== 'taken') },
  })
  @IsString()
  name!: string;
}

test('waits for validators that are asynchronous without saying so', async () => {
  expect(await read(Asynchronous, { name: 'free' })).toEqual({ name: 'free' });
  expect(await read(Asynchronous, { name: 'taken' })).toEqual(['value_error body.name']);
  expect(
    await read(
      [Asynchronous],
      Array.from({ length: 120 }, () => ({ name: 'free' })),
    ),
  ).toHaveLength(120);
});

test('does not mistake a validator of one’s own for one of class-validator that has its name', async () => {
  class Even {
    @ValidateBy({ name: 'isInt', validator: { validate: (value) => Number(value) % 2 === 0 } })
    @IsNumber()
    count!: number;
  }
  expect(await read(Even, { count: 2 })).toEqual({ count: 2 });
  expect(await read(Even, { count: 3 })).toEqual(['int_type body.count']);
});

test('shows a validator of one’s own the whole instance', async () => {
  function IsAbove(other: string): PropertyDecorator {
    return (target, propertyName) => {
      registerDecorator({
        name: 'isAbove',
        target: target.constructor,
        propertyName: String(propertyName),
        validator: { validate: (value, args) => value > (args?.object as Record<string, number>)[other]! },
      });
    };
  }
  class Span {
    @IsAbove('from') @IsInt() to!: number;
    @IsInt() from!: number;
  }
  expect(compileModel(readInputModel(Span, undefined), DEFAULT_SETTINGS)?.({ to: 2, from: 1 })).toEqual({
    to: 2,
    from: 1,
  });
  expect(await read(Span, { to: 1, from: 2 })).toEqual(['value_error body.to']);
});

test('an @IsOptional of another group lets no nested model be left out', async () => {
  class Owner {
    @IsOptional({ groups: ['change'] }) @ValidateNested() @Type(() => Item) item!: Item;
  }

  expect(await read(Owner, {}, { groups: ['create'] })).toEqual(['missing body.item']);
  expect(await read(Owner, {}, { groups: ['change'] })).toEqual(new Owner());
});

test('reads by groups; what has none holds in all of them', async () => {
  class Account {
    @IsString({ groups: ['create'] }) password!: string;
    @IsString() name!: string;
    @IsInt({ groups: ['admin'] }) level!: number;
  }
  const groups = { groups: ['create'] };
  expect(await read(Account, { name: 'a', password: 'b', level: 'x' }, groups)).toEqual({
    name: 'a',
    password: 'b',
  });
  expect(await read(Account, { name: 5 }, groups)).toEqual([
    'missing body.password',
    'string_type body.name',
  ]);
});

test('leaves @Transform, @ValidateIf, @Exclude and @Expose to the libraries, and takes names of the wire', async () => {
  class Mixed {
    @Transform(({ value, obj }) => `${String(value)}-${String((obj as { more?: string }).more)}`)
    @IsString()
    joined!: string;
    @ValidateIf((object: Mixed) => object.joined === 'a-b') @IsInt() count?: number;
    @Exclude() @IsOptional() @IsString() secret?: string;
    @Expose({ name: 'item-query' }) @IsString() query = 'preset';
  }
  const input = { joined: 'a', more: 'b', count: '3', secret: 'x', 'item-query': 'q', query: 'other' };
  expect(await read(Mixed, input)).toEqual({ joined: 'a-b', count: 3, query: 'q' });
  expect(await read(Mixed, { joined: 'a', more: 'b', count: 'x' })).toEqual(['int_type body.count']);
  expect(await read(Mixed, { joined: 'a', count: 'x' })).toEqual({
    joined: 'a-undefined',
    count: 'x',
    query: 'preset',
  });
  expect(await read(Mixed, { joined: 'a', 'item-query': 5 })).toEqual(['string_type body.item-query']);
});

test('drops what comes for a getter, an inherited one too', async () => {
  class Base {
    @IsString() first!: string;
    @IsString() get full(): string {
      return `${this.first}!`;
    }
  }
  class Named extends Base {}
  const named = (await read(Named, { first: 'a', full: 'forged' })) as Named;
  expect(named.full).toBe('a!');
});

class Node {
  @IsOptional() @ValidateNested() @Type(() => Node) next?: Node;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Node) nodes?: Node[];
  @IsOptional() @IsObject() data?: object;
}

describe('limits', () => {
  const chain = (depth: number, key: string): object =>
    depth === 0 ? {} : { [key]: key === 'nodes' ? [chain(depth - 1, key)] : chain(depth - 1, key) };

  test.each(['next', 'nodes', 'data'])('refuses %s beyond the depth, and not before', async (key) => {
    const levels = key === 'nodes' ? 5 : 9;
    const settings = { maxDepth: 10 };
    expect(await read(Node, chain(levels - 1, key), settings)).toEqual(chain(levels - 1, key));
    expect(await read(Node, chain(30, key), settings)).toEqual([
      expect.stringMatching(/^recursion_loop body\./),
    ]);
    // So deep that following it to its end would exhaust the stack.
    const deep = json(
      `${`{"${key}":${key === 'nodes' ? '[' : ''}`.repeat(5000)}{}${(key === 'nodes' ? ']}' : '}').repeat(5000)}`,
    );
    expect(await read(Node, deep, settings)).toEqual([expect.stringMatching(/^recursion_loop body\./)]);
  });

  test('refuses lists that are too long, without their items', async () => {
    const settings = { maxItems: 3 };
    expect(await read(Item, { tags: ['aa', 'aa', 'aa', 'aa'] }, settings)).toEqual(['too_long body.tags']);
    expect(await read([Item], [{}, {}, {}, {}], settings)).toEqual(['too_long body']);
    expect(await read([Item], [{}, {}, {}], settings)).toHaveLength(3);
  });

  test('tells as many faults as it may', async () => {
    const settings = { maxErrors: 5 };
    expect(await read(Item, { tags: Array(50).fill(1) }, settings)).toHaveLength(5);
    expect(await read(Item, { tags: Array(50).fill('a') }, settings)).toHaveLength(5);
    expect(await read([Item], Array(50).fill({ count: 0 }), settings)).toHaveLength(5);
    expect(await read(Node, { nodes: Array(50).fill(1) }, settings)).toHaveLength(5);
  });
});

test('refuses what no field names where that is forbidden, at any depth', async () => {
  const settings = { extra: 'forbid' } as const;
  expect(
    await read(Node, { next: { more: 1 }, other: 2, ...(json('{"__proto__":1}') as object) }, settings),
  ).toEqual([
    'extra_forbidden body.next.more',
    'extra_forbidden body.other',
    'extra_forbidden body.__proto__',
  ]);
  expect(await read(Node, { next: {} }, settings)).toEqual({ next: {} });
});

test('changes no prototype by any key', async () => {
  const value = json(
    '{"__proto__":{"admin":true},"data":{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"a":1},"next":{"__proto__":{"data":{}}}}',
  );
  const node = (await read(Node, value)) as Node;
  expect(node).toEqual({ data: { a: 1 }, next: {} });
  expect([node, node.next].map((each) => Object.getPrototypeOf(each) as unknown)).toEqual([
    Node.prototype,
    Node.prototype,
  ]);
  expect('admin' in {}).toBe(false);
  expect('admin' in node.data!).toBe(false);
});

test('is linear: ten times the values take no hundred times as long', async () => {
  const measure = async (size: number): Promise<number> => {
    const value = { tags: Array.from({ length: size }, (_, index) => (index % 2 === 0 ? 'aa' : 'b')) };
    const start = process.cpuUsage();
    await read(Item, value, { maxItems: 1e6, maxErrors: 1e6 });
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  await measure(2000);
  const [small, large] = [await measure(2000), await measure(20_000)];
  expect(large).toBeLessThan(60 * Math.max(small, 5000));
});

test('finds in a class, and in those in it, what cannot be meant', () => {
  class Inner {
    @IsString() name!: string;
    bare = 1;
  }
  class Outer {
    @ValidateNested() untyped!: Inner;
    @ValidateNested() @Type(() => Inner) typed!: Inner;
    @Expose() exposed!: string;
    @Exclude() hidden = 1;
    @Allow() allowed = 1;
  }
  const faults = findModelFaults(readInputModel(Outer, undefined));
  expect(faults.map(({ code, problem }) => `${code} ${problem.split(' ')[0]!}`)).toEqual([
    'MODEL_FIELD_UNDECORATED Outer.exposed',
    'MODEL_FIELD_UNTYPED Outer.untyped',
    'MODEL_FIELD_UNDECORATED Inner.bare',
  ]);
});

@ValidatorConstraint({ name: 'thrown' })
class Thrown {
  validate(): boolean {
    throw new Error('of the validator');
  }
}

test('finds fields that no request can fill', () => {
  class Hidden {
    @IsString() name!: string;
    @IsString() @Exclude() role!: string;
    @Exclude() @IsOptional() @IsString() free?: string;
    @Exclude() @IsString() filled = 'user';
    @Exclude() @Allow() allowed!: string;
    @Exclude() @ValidateIf(() => false) @IsString() conditional?: string;
    @Exclude({ toPlainOnly: true }) @IsString() password!: string;
    @Exclude({ toClassOnly: true }) @IsInt({ each: true }) ids!: number[];
    @Exclude() @Validate(Thrown) own!: string;
    @Expose({ groups: ['admin'] }) @IsInt() level!: number;
    @Exclude() @IsString() get computed() {
      return this.filled.toUpperCase();
    }
    @Exclude() @IsString() get kept() {
      return this.filled;
    }
    set kept(value: string) {
      this.filled = value;
    }
  }
  const problems = (groups?: string[]) =>
    findModelFaults(readInputModel(Hidden, groups), groups).map(
      ({ code, problem }) => `${code} ${problem.split(' ')[0]!}`,
    );
  const always = ['MODEL_FIELD_UNFILLABLE Hidden.role', 'MODEL_FIELD_UNFILLABLE Hidden.ids'];
  expect(problems()).toEqual([...always, 'MODEL_FIELD_UNFILLABLE Hidden.level']);
  expect(problems(['admin'])).toEqual(always);
});

test('finds fields of which only responses know what they hold', () => {
  class Held {
    @Holds(() => record(Number)) alone!: unknown;
    @Holds(() => record(Number)) @IsObject() ruled!: unknown;
    @Holds(() => record(Number)) @Allow() allowed!: unknown;
    @Holds(() => record(Number)) @Transform(({ value }) => value as unknown) transformed!: unknown;
    @Holds(() => record(Number)) @Exclude({ toClassOnly: true }) sent!: unknown;
    @Holds(() => Number) get computed() {
      return Object.keys(this).length;
    }
  }
  class Heir extends Held {
    @Holds(() => record(String)) declare allowed: unknown;
  }
  const problems = (model: ModelClass) =>
    findModelFaults(readInputModel(model, undefined)).map(
      ({ code, problem }) => `${code} ${problem.split(',')[0]!}`,
    );
  const alone = (field: string) => `MODEL_FIELD_UNTYPED ${field} has @Holds alone`;
  expect(problems(Held)).toEqual([alone('Held.alone')]);
  expect(problems(Heir).sort()).toEqual([alone('Heir.allowed'), alone('Heir.alone')]);
});

test('is told what helps of a field that it does not know', async () => {
  class Bare {
    @Allow() name!: string;
    @Exclude({ toPlainOnly: true }) seen = 1;
    @Exclude({ toClassOnly: true }) unseen = 1;
  }
  const faults = findModelFaults(readInputModel(Bare, undefined));
  expect(faults.map(({ problem }) => problem)).toEqual([
    'Bare.seen has no decorator of class-validator, so it would be dropped',
  ]);
  expect(faults[0]?.fix).toContain('for what is not for clients @Allow() @Exclude()');

  class Filled {
    @Allow() @Exclude() role = 'user';
    @Allow() @Exclude() none?: string;
  }
  expect(await read(Filled, { role: 'admin', none: 'a' })).toMatchObject({ role: 'user' });
});

test('passes on what a validator throws', async () => {
  class Failing {
    @Validate(Thrown) name!: string;
  }
  await expect(read(Failing, { name: 'a' })).rejects.toThrow('of the validator');
});

class Transformed {
  @Transform(({ value }) => value as unknown) @IsInt() n!: number;
}
class Conditional {
  @ValidateIf(() => true) @IsInt() n!: number;
}
class Excluded {
  @Exclude() @IsInt() n = 1;
}
class Grouped {
  @Expose({ groups: ['a'] }) @IsOptional() @IsInt() n?: number;
}
class Demanding {
  @IsInt() n: number;

  constructor(of: { n: number }) {
    this.n = of.n;
  }
}

test.each([
  ['@Transform', Transformed],
  ['@ValidateIf', Conditional],
  ['a field that @Exclude hides', Excluded],
  ['a group of @Expose', Grouped],
  ['a constructor that needs arguments', Demanding],
])('compiles no class with %s', (_what, model) => {
  expect(compileModel(readInputModel(model as never, undefined), DEFAULT_SETTINGS)).toBeUndefined();
});

test('compiles what it knows, and refuses without saying why', () => {
  const compiled = compileModel(readInputModel(Item, undefined), DEFAULT_SETTINGS);
  expect(compiled?.({ count: '3' })).toEqual({ count: 3, tags: [] });
  expect(compiled?.({ count: 3 })).toBeInstanceOf(Item);
  expect([null, [], 'x', { count: 10 }, { tags: ['b'] }].map((value) => compiled?.(value))).toEqual(
    Array(5).fill(FAIL),
  );
});
