// What the compilation of a controller refuses: where it is, what is wrong, and what to write instead.
import { IsString } from 'class-validator';

import { Controller } from '../decorators/controller.js';
import { Get, Head, Post } from '../decorators/routes.js';
import { Body, Param, Query } from '../decorators/sources.js';
import { formatFault, type SetupFault } from '../errors/setup-error.js';
import type { RouteOptions } from '../metadata/route-options.js';
import type { Constructor } from '../metadata/types.js';
import { HTMLResponse } from '../responses/html-response.js';
import { Response } from '../responses/response.js';
import { compileController, type CompileOptions } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';

function faultsOf(target: unknown, options: Partial<CompileOptions> = {}): SetupFault[] {
  const app = createAppScope({ overrides: new Map(), container: undefined });
  const faults: SetupFault[] = [];
  const all: CompileOptions = {
    responseClass: undefined,
    mountPath: '',
    app,
    ...options,
  };
  compileController(target as Constructor, all, faults);
  return faults;
}

/** A controller with one route of these options: `C.m (GET …)`. */
function route(options: RouteOptions, path = '/', prefix = ''): Constructor {
  @Controller(prefix)
  class C {
    @Get(path, options)
    m() {}
  }
  return C;
}

class Item {
  @IsString()
  name!: string;
}
class Bare {
  name = 'bare';
}
@Controller()
class Empty {}
@Controller()
class Loose {
  m(@Query('q') q: string) {
    return q;
  }
}
@Controller()
class Misplaced {
  @Get('/a')
  static a() {}

  @Get('/b')
  get b() {
    return [this];
  }
}
@Controller('/c')
class Reading {
  @Get('/:id/:part')
  @Head()
  m(@Param('key') key: string, @Body(Object) body: object) {
    return [key, body];
  }
}
@Controller()
class Mixed {
  @Post('/a')
  a(@Body(Object) whole: object, @Body('a') part: string) {
    return [whole, part];
  }

  @Post('/b')
  b(@Body('b') one: string, @Body('b') two: string) {
    return [one, two];
  }
}
@Controller()
class Yielding {
  @Get('/', { statusCode: 204 })
  *m() {}
}
@Controller()
class Pages {
  @Get('/', { statusCode: 304, responseClass: HTMLResponse })
  m() {}
}
@Controller()
class Two {
  @Get()
  m(first: Response, @Query('a') @Query('b') second: string) {
    return [first, second];
  }
}

const WRITE_PATH = "write a path such as '/items/:id'";
const LEAVE_OUT =
  'leave out responseClass, responseModel and mediaType and return nothing, or use another status';
const OWN_CLASS = 'use JSONResponse, HTMLResponse or another class that extends Response of @sluice/core';
const FINAL = 'use an integer from 200 to 599';
const MODEL = 'give a class whose fields have decorators of class-validator, or a list of one: [Item]';
const CORRECT = 'correct the header in `headers`';
const CONTROL = 'HEADER_VALUE_INVALID: header "a": U+000D at position 1 is not allowed in a value.';
const NOT_GET = 'use @Post, @Put or @Patch, or read the values by @Query';
const WRITE_KEY = 'write :key in the path, or a name that it has';

test.each<[string, RouteOptions, string, string]>([
  ['STATUS_INVALID', { statusCode: 101 }, 'the status 101 is not that of a response', FINAL],
  ['STATUS_INVALID', { statusCode: NaN }, 'the status NaN is not that of a response', FINAL],
  [
    'STATUS_WITHOUT_BODY',
    { statusCode: 205, mediaType: 'a/b' },
    'a response of status 205 has no body',
    LEAVE_OUT,
  ],
  [
    'STATUS_WITHOUT_BODY',
    { statusCode: 204, responseModel: Item },
    'a response of status 204 has no body',
    LEAVE_OUT,
  ],
  [
    'RESPONSE_MODEL_INVALID',
    { responseModel: Bare },
    'responseModel is Bare, which names no field, so nothing would be sent',
    MODEL,
  ],
  [
    'RESPONSE_MODEL_INVALID',
    { responseModel: [Item, Item] as never },
    'responseModel is a list of 2 types',
    'write a list of one type: [Item], or [union(A, B)]',
  ],
  [
    'RESPONSE_MODEL_INVALID',
    { responseModel: Item, responseClass: HTMLResponse },
    'responseModel Item says nothing of HTMLResponse',
    'leave one of them out',
  ],
  ['HEADER_INVALID', { headers: { a: 'b\r\nc' } }, CONTROL, CORRECT],
  ['HEADER_INVALID', { headers: { 'a b': '' } }, 'HEADER_NAME_INVALID: "a b" is not a header name.', CORRECT],
  ['RESPONSE_CLASS_INVALID', { responseClass: Bare as never }, 'Bare is not a response class', OWN_CLASS],
  ['RESPONSE_CLASS_INVALID', { responseClass: 'html' as never }, "'html' is not a response class", OWN_CLASS],
])('%s: a route with %j', (code, options, problem, fix) => {
  expect(faultsOf(route(options))).toEqual([{ code, where: 'C.m (GET /)', problem, fix }]);
});

test.each([
  ['', 'x', 'the path x: it does not begin with /'],
  ['/c', 'x', 'the path x: it does not begin with /'],
  ['c', '/', 'the path c: it does not begin with /'],
  ['/:a', '/:a', 'the path /:a/:a: the parameter :a is there twice'],
])('PATH_INVALID: prefix %j and path %j', (prefix, path, problem) => {
  const where = `C.m (GET ${path})`;
  expect(faultsOf(route({}, path, prefix))).toEqual([
    { code: 'PATH_INVALID', where, problem, fix: WRITE_PATH },
  ]);
});

test.each<[string, unknown, string[]]>([
  ['NOT_A_CONTROLLER', Bare, ['Bare → it has no @Controller → write @Controller() before the class']],
  ['NOT_A_CONTROLLER', null, ['null → it has no @Controller → write @Controller() before the class']],
  ['NO_ROUTES', Loose, ['Loose → it has no route → write @Get(), @Post() or another one before a method']],
  ['NO_ROUTES', Empty, ['Empty → it has no route → write @Get(), @Post() or another one before a method']],
  [
    'STATUS_WITHOUT_BODY',
    Yielding,
    [`Yielding.m (GET /) → a response of status 204 has no body → ${LEAVE_OUT}`],
  ],
  ['STATUS_WITHOUT_BODY', Pages, [`Pages.m (GET /) → a response of status 304 has no body → ${LEAVE_OUT}`]],
  [
    'PARAM_SOURCES_TWO',
    Two,
    ["Two.m, parameter 2 (@Query('a')) → it has more than one source → keep one of them"],
  ],
])('%s: %p', (code, target, expected) => {
  expect(faultsOf(target).map(formatFault)).toEqual(expected.map((each) => `${code}: ${each}`));
});

test('STATIC_ROUTE: says each member that is not a method of instances', () => {
  const rest =
    'a decorator is on something that is not a method of instances → move it to a method that is not static';
  const faults = faultsOf(Misplaced).map(formatFault);
  expect(faults).toEqual([`STATIC_ROUTE: Misplaced.b → ${rest}`, `STATIC_ROUTE: Misplaced.a → ${rest}`]);
});

test('BODY_SOURCES_MIXED: a whole body beside another, and one key twice', () => {
  expect(faultsOf(Mixed).map(formatFault)).toEqual([
    "BODY_SOURCES_MIXED: Mixed.a (POST /a) → a @Body without a name is the whole body, beside another @Body → name each of them: @Body('item'), @Body('user')",
    'BODY_SOURCES_MIXED: Mixed.b (POST /b) → two @Body read the same key → give each a name of its own',
  ]);
});

test.each([{}, { responseClass: Response }])(
  'has nothing against a status without a body with %j',
  (options) => {
    expect(faultsOf(route({ statusCode: 204, ...options }))).toEqual([]);
  },
);

test('says the faults of each route of a method', () => {
  expect(faultsOf(Reading).map(formatFault)).toEqual([
    `PATH_PARAM_UNKNOWN: Reading.m (GET /:id/:part), parameter 1 (@Param('key')) → there is no :key in the path /c/:id/:part, which has :id, :part → ${WRITE_KEY}`,
    `BODY_ON_BODYLESS_METHOD: Reading.m (GET /:id/:part) → a handler of GET reads a body → ${NOT_GET}`,
    `PATH_PARAM_UNKNOWN: Reading.m (HEAD /), parameter 1 (@Param('key')) → there is no :key in the path /c, which has no parameter → ${WRITE_KEY}`,
    `BODY_ON_BODYLESS_METHOD: Reading.m (HEAD /) → a handler of HEAD reads a body → ${NOT_GET}`,
  ]);
});

test.each([
  ['route', route({ responseClass: HTMLResponse }), []],
  ['controller or server', route({}), ['RESPONSE_CLASS_INVALID']],
])('finds a wrong response class of the server where the %s has none of its own', (_what, target, codes) => {
  expect(faultsOf(target, { responseClass: Bare }).map(({ code }) => code)).toEqual(codes);
});
