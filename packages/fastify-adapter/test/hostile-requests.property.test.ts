// Whatever comes, at whatever place: an answer of the route or a 422 with its faults, never a 500, and nothing of it in a prototype.
import { Body, Controller, Cookie, Get, Header, nullable, Post, Query, record, union } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { Expose, Type } from 'class-transformer';
import {
  Allow,
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
  IsUrl,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import fc from 'fast-check';
import Fastify from 'fastify';

/** How many requests are drawn; more of them by SLUICE_RUNS. */
const RUNS = Number(process.env.SLUICE_RUNS ?? 150);

enum Level {
  Low,
  High,
}

abstract class Pet {
  @IsString() kind!: string;
}
class Cat extends Pet {
  @IsInt() lives!: number;
}
class Dog extends Pet {
  @Length(2, 4) name!: string;
  @IsOptional() @ValidateNested() @Type(() => Dog) pup?: Dog;
}
const pets = {
  discriminator: {
    property: 'kind',
    subTypes: [
      { name: 'cat', value: Cat },
      { name: 'dog', value: Dog },
    ],
  },
  keepDiscriminatorProperty: true,
};

class Everything {
  @IsOptional() @IsInt() @Min(-5) @Max(5) integer?: number;
  @IsOptional() @IsNumber() number?: number;
  @IsOptional() big?: bigint;
  @IsOptional() @IsBoolean() flag?: boolean;
  @IsOptional() @IsDate() at?: Date;
  @IsOptional() @IsString() @Matches(/^a/) text?: string;
  @IsOptional() @IsEmail() mail?: string;
  @IsOptional() @IsUrl() url?: string;
  @IsOptional() @IsEnum(Level) level?: Level;
  @IsOptional() @IsIn(['x', 1]) literal?: unknown;
  @IsOptional() @Expose({ name: 'named-otherwise' }) @IsString() renamed?: string;
  @IsOptional() @Allow() any?: unknown;
  @IsOptional() @IsObject() object?: object;
  @IsOptional() @IsArray() @IsInt({ each: true }) @Min(1, { each: true }) integers?: number[];
  @IsOptional() @IsString({ each: true }) set?: Set<string>;
  @IsOptional() @IsInt({ each: true }) map?: Map<string, number>;
  @IsOptional() @ValidateNested() @Type(() => Pet, pets) pet?: Cat | Dog;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Pet, pets) pets?: (Cat | Dog)[];
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Pet, pets) byName?: Map<string, Cat | Dog>;
  @IsOptional() @ValidateNested() @Type(() => Everything) inner?: Everything;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => Everything) list?: Everything[];
}

class Named {
  @IsString() renamed!: string;
}

@Controller('/hostile')
class HostileController {
  @Post('/') whole(@Body() value: Everything) {
    return value instanceof Everything;
  }

  @Post('/strict') strict(@Body({ extra: 'forbid' }) value: Everything) {
    return value instanceof Everything;
  }

  @Post('/many') many(@Body([Everything]) values: Everything[]) {
    return values.every((value) => value instanceof Everything);
  }

  @Post('/named') named(
    @Body('integer', { type: 'integer', optional: true }) integer: number | undefined,
    @Body('inner', { optional: true }) inner?: Everything,
  ) {
    return (integer === undefined || Number.isInteger(integer)) && typeof inner !== 'string';
  }

  @Post('/union') union(
    @Body([union(Everything, Named, 'integer')]) values: (Everything | Named | number)[],
  ) {
    return values.every(
      (value) => value instanceof Everything || value instanceof Named || Number.isInteger(value),
    );
  }

  @Post('/record') record(@Body(record(nullable(Everything))) values: Record<string, Everything | null>) {
    return Object.values(values).every((value) => value === null || value instanceof Everything);
  }

  @Get('/') group(@Query() query: Everything, @Header() headers: Everything, @Cookie() cookies: Everything) {
    return [query, headers, cookies].every((value) => value instanceof Everything);
  }
}

const app = Fastify({
  bodyLimit: 8 * 1024 * 1024,
  // What a host may do, so that these names reach the route.
  onProtoPoisoning: 'ignore',
  onConstructorPoisoning: 'ignore',
});
beforeAll(() => app.register(sluice, { controllers: [HostileController] }));
afterAll(() => app.close());

const names = [
  ...'integer number big flag at text mail url level literal named-otherwise renamed any object integers set map'.split(
    ' ',
  ),
  ...'pet pets byName inner list kind lives name pup'.split(' '),
  ...'__proto__ constructor prototype toString hasOwnProperty then length size get valueOf'.split(' '),
  '',
  'a.b',
  '\0',
];
const scalars = [
  ...[null, true, false, 0, -0, 1, -1, 1.5, 2 ** 53, -(2 ** 53) - 1, 1e21, 5e-324],
  ...[
    '',
    ' ',
    'a',
    'x',
    'cat',
    'dog',
    '1',
    '+5',
    '-0',
    '0x10',
    '1e3',
    '1e999',
    '12abc',
    ' 5 ',
    '\0',
    '٣',
    '５',
    '😀',
  ],
  ...[
    '2024-02-29',
    '2024-02-30',
    '2024-01-01T24:00Z',
    'NaN',
    'Infinity',
    'yes',
    'on',
    '__proto__',
    'constructor',
  ],
  ...['a@b.example', 'http://a.example', 'a'.repeat(5000), '9'.repeat(5000)],
];
const { value: values } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    { weight: 3, arbitrary: fc.constantFrom<unknown>(...scalars) },
    { weight: 3, arbitrary: tie('object') },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.string() },
  ),
  // As entries: an object of fast-check cannot have a key of __proto__.
  object: fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 6 }).map((entries) => {
    const made: object = {};
    for (const [name, value] of entries) {
      Object.defineProperty(made, name, { value, enumerable: true, configurable: true });
    }
    return made;
  }),
}));

interface Answer {
  readonly detail?: readonly {
    readonly type: string;
    readonly loc: readonly unknown[];
    readonly msg: string;
  }[];
}

function check(statusCode: number, body: string): void {
  const json = JSON.parse(body) as Answer | true;
  if (statusCode === 200) expect(json).toBe(true);
  else {
    expect([statusCode, body]).toEqual([422, expect.any(String)]);
    const { detail = [] } = json as Answer;
    expect(detail.length).toBeGreaterThan(0);
    expect(detail.length).toBeLessThanOrEqual(100);
    for (const fault of detail) {
      expect(fault).toMatchObject({ type: expect.any(String) as string, msg: expect.any(String) as string });
      expect(['body', 'query', 'header', 'cookie']).toContain(fault.loc[0]);
    }
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

test.each(['', '/strict', '/many', '/named', '/union', '/record'])('any JSON to /hostile%s', async (path) => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(
      path === '/many' || path === '/union' ? fc.array(values, { maxLength: 3 }) : values,
      async (value) => {
        const { statusCode, body } = await app.inject({
          method: 'POST',
          url: `/hostile${path}`,
          headers: { 'content-type': 'application/json' },
          payload: JSON.stringify(value),
        });
        seen.add(statusCode);
        check(statusCode, body);
      },
    ),
    { numRuns: RUNS },
  );
  expect([...seen].sort()).toEqual([200, 422]);
});

const texts = fc.oneof(
  fc.constantFrom(...scalars.filter((value) => typeof value === 'string' && value.length < 100)).map(String),
  fc.string(),
);
const pairs = fc.array(fc.tuple(fc.constantFrom(...names), texts), { maxLength: 8 });

test('any query, with headers and cookies of the same names', async () => {
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(pairs, pairs, async (query, others) => {
      const encoded = others.map(
        ([name, value]) => [encodeURIComponent(name), encodeURIComponent(value)] as const,
      );
      const { statusCode, body } = await app.inject({
        url: `/hostile?${query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')}`,
        headers: {
          ...Object.fromEntries(encoded.filter(([name]) => /^[a-z-]+$/.test(name)).slice(0, 2)),
          cookie: encoded.map(([name, value]) => `${name}=${value}`).join('; '),
        },
      });
      seen.add(statusCode);
      check(statusCode, body);
    }),
    { numRuns: RUNS },
  );
  expect([...seen].sort()).toEqual([200, 422]);
});
