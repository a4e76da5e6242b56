// A controller with everything wrong: all faults are found at once, and every code can be found.
import { Exclude, Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';

import { Controller } from '../decorators/controller.js';
import { Depends, dependency } from '../decorators/dependencies.js';
import { Get, Post } from '../decorators/routes.js';
import { Body, Inject, Param, Query } from '../decorators/sources.js';
import type { Container } from '../dependencies/container.js';
import type { Overrides } from '../dependencies/overrides.js';
import { SETUP_CODES } from '../errors/error-codes.js';
import { formatFault, throwFaults, type SetupFault } from '../errors/setup-error.js';
import type { DependencyTarget } from '../metadata/dependency-use.js';
import { union } from '../metadata/model-spec.js';
import type { Constructor } from '../metadata/types.js';
import { compileController } from './compile-controller.js';
import { createAppScope } from './create-app-scope.js';

function faultsOf(target: Constructor, container?: Container, replaced: Overrides = new Map()): SetupFault[] {
  const app = createAppScope({ overrides: replaced, container });
  const faults: SetupFault[] = [];
  compileController(target, { responseClass: undefined, mountPath: '', app }, faults);
  return faults;
}

class Bare {
  name = 'bare';
}
@Controller()
class Empty {}
const longer = dependency({ shorter: Depends(() => 1, { scope: 'function' }) }, ({ shorter }) => shorter, {
  name: 'longer',
});
const circular = dependency({}, () => 1, { name: 'circular' });
const overrides = new Map<unknown, DependencyTarget>([
  [circular, dependency({ circular }, () => 1, { name: 'around' })],
]);

@Controller('', { dependencies: ['text' as never, longer, circular] })
class Dependent {
  @Get()
  m() {}
}
@Controller()
class Fine {
  @Get()
  m() {}
}
class Circle {
  constructor(readonly own: unknown) {}
}
Reflect.defineMetadata('design:paramtypes', [Circle], Circle);

class Tagged {
  @IsString()
  kind!: string;
}
class Modelled {
  @ValidateNested()
  untyped!: Bare;

  @Exclude()
  @IsString()
  unfillable!: string;

  @ValidateNested()
  @Type(() => Object, { discriminator: { property: 'kind', subTypes: [{ name: 'a', value: Tagged }] } })
  tagged!: Tagged;

  undecorated = 1;
}
@Controller()
class Reader {
  @Get()
  m(@Query('q', { min: 1 }) q: string, @Query() group: Modelled) {
    return [q, group];
  }
}

class Twin {
  @IsString() name!: string;
}
@Controller()
class Unions {
  @Get('/a', { responseModel: union(Twin, Twin) }) a() {}
  @Get('/b', { responseModel: Twin, responseModelExclude: ['nam'] }) b() {}
}

@Controller('/all')
class All {
  constructor(readonly text: string) {}

  @Get('/static')
  static fixed() {}

  @Get('no-slash', {
    statusCode: 99,
    headers: { 'a\n': '' },
    responseClass: Bare as never,
    responseModel: Bare,
  })
  options() {}

  @Get('/bodies', { statusCode: 304, mediaType: 'text/x', template: 'x', responses: { 99: {} } })
  bodies(@Body() one: Bare, @Body('two') two: unknown, @Param('id') id: string) {
    return [one, two, id];
  }

  @Post('/parameters')
  parameters(
    @Query('') nameless: string,
    @Query('p') promise: Promise<void>,
    @Query('d', { default: 1, optional: true }) preset: number,
    @Query('a') @Query('b') twice: string,
    unmarked: string,
    @Inject(globalThis.Response) global: unknown,
    @Inject(Circle) circle: Circle,
  ) {
    return [nameless, promise, preset, twice, unmarked, global, circle];
  }
}
const faults = faultsOf(All);

test('has all its faults in one error', () => {
  const message = [`${faults.length} faults:`, ...faults.map((each) => `  ${formatFault(each)}`)].join('\n');
  expect(() => {
    throwFaults(faults);
  }).toThrow(expect.objectContaining({ name: 'SetupError', message, faults }) as Error);
  expect(faults.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
    'BODY_ON_BODYLESS_METHOD All.bodies (GET /bodies)',
    'BODY_SOURCES_MIXED All.bodies (GET /bodies)',
    'CONSTRUCTOR_CIRCLE Circle',
    'CONSTRUCTOR_PARAMETER All, constructor parameter 1',
    'DOCUMENTATION_INVALID All.bodies (GET /bodies)',
    'GLOBAL_RESPONSE All.parameters, parameter 6 (@Inject)',
    'HEADER_INVALID All.options (GET no-slash)',
    'MODEL_EMPTY All.bodies, parameter 1 (@Body)',
    "PARAM_DEFAULT_INVALID All.parameters, parameter 3 (@Query('d'))",
    "PARAM_NAME_MISSING All.parameters, parameter 1 (@Query(''))",
    'PARAM_NOT_FILLED All.parameters, parameter 5',
    "PARAM_SOURCES_TWO All.parameters, parameter 4 (@Query('a'))",
    "PARAM_TYPE_ERASED All.bodies, parameter 2 (@Body('two'))",
    "PARAM_TYPE_UNSUPPORTED All.parameters, parameter 2 (@Query('p'))",
    'PATH_INVALID All.options (GET no-slash)',
    "PATH_PARAM_UNKNOWN All.bodies (GET /bodies), parameter 3 (@Param('id'))",
    'RESPONSE_CLASS_INVALID All.options (GET no-slash)',
    'RESPONSE_MODEL_INVALID All.options (GET no-slash)',
    'STATIC_ROUTE All.fixed',
    'STATUS_INVALID All.options (GET no-slash)',
    'STATUS_WITHOUT_BODY All.bodies (GET /bodies)',
    'TEMPLATE_UNUSED All.bodies (GET /bodies)',
  ]);
});

test('says of each fault where it is, what is wrong, and what to write', () => {
  for (const { where, problem, fix } of faults) {
    expect(where).toMatch(/^(?:All|Circle)/);
    expect(problem).toMatch(/\S+ \S+/);
    expect(fix).toMatch(/\S+ \S+/);
  }
});

test('together with the faults of a whole class, has every code that is not the adapter’s, a channel’s or the start’s', () => {
  const container = { resolve: () => undefined };
  const found = [
    ...faults,
    ...faultsOf(Bare),
    ...faultsOf(Empty),
    ...faultsOf(Fine, container),
    ...faultsOf(Dependent, undefined, overrides),
    ...faultsOf(Reader),
    ...faultsOf(Unions),
  ];
  const others = [
    'DUPLICATE_ROUTE',
    'OPTIONS_INVALID',
    'CHANNEL_INVALID',
    'CONSTRUCTOR_FAILED',
    'PACKAGE_MISSING',
    'SWAGGER_TOO_LATE',
    'VIEW_MISSING',
  ];
  const codes = new Set<string>([...found.map(({ code }) => code), ...others]);
  expect([...codes].sort()).toEqual(Object.keys(SETUP_CODES).sort());
});
