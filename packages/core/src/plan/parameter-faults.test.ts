// What the compilation of a parameter refuses: where it is, what is wrong, and what to write instead.
import { IsString } from 'class-validator';

import { Body, Cookie, Header, Inject, Param, Query } from '../decorators/sources.js';
import { formatFault, type SetupFault } from '../errors/setup-error.js';
import { nullable, record, union } from '../metadata/model-spec.js';
import { describeSource, type Source } from '../metadata/source.js';
import { HTMLResponse } from '../responses/html-response.js';
import { compileParameter } from './compile-parameter.js';

class Item {
  @IsString()
  name!: string;
}
class Bare {
  name = 'bare';
}

function faultsOf(source: Source | undefined, designType: unknown): string[] {
  const faults: SetupFault[] = [];
  const parameter = {
    where: 'C.m, parameter 1',
    source: source === undefined ? undefined : describeSource(source),
    designType,
    counted: true,
  };
  compileParameter(parameter, () => undefined, faults);
  return faults.map(formatFault);
}

/** Rows of a source, the type that the compiler wrote, and the two last parts of the fault. */
function refuses(code: string, rows: [Source | undefined, unknown, string, string][]): void {
  test.each(rows)(`${code}: %p of %p`, (source, designType, problem, fix) => {
    expect(faultsOf(source, designType)).toEqual([`${code}: C.m, parameter 1 → ${problem} → ${fix}`]);
  });
}

const unknown = 'its type is not known at run time';
const tellType = (write: string) =>
  `write ${write}; where its type is a class or a scalar, emitDecoratorMetadata tells it too`;

refuses('PARAM_TYPE_ERASED', [
  [Query('q'), undefined, unknown, tellType("@Query('q', { type: String })")],
  [Query('q'), Object, unknown, tellType("@Query('q', { type: String })")],
  [Query('q'), Array, unknown, tellType("@Query('q', { type: [String] })")],
  [Query('q', { default: null }), Object, unknown, tellType("@Query('q', { type: String })")],
  [Body('key'), Object, unknown, tellType("@Body('key', { type: String })")],
  [Body(), undefined, unknown, tellType('@Body(TheClass), or @Body(Object) for any object')],
  [Body(), Array, unknown, tellType('@Body([Item])')],
  [Inject(), undefined, unknown, tellType('@Inject(TheClass)')],
  [Inject(), Object, unknown, tellType('@Inject(TheClass)')],
]);

const usable =
  "use String, Number, 'integer', Boolean, Date, BigInt, Object, an enum, a model class, a list of one: [String], or in a body union(…), nullable(…) and record(…) of them";
const once = 'name each type once: union(Cat, Dog)';
const instead = (type: string) => `read text there (String, Number, …), or ${type} from @Body()`;

refuses('PARAM_TYPE_UNSUPPORTED', [
  [Query('q'), Promise, 'Promise is no type that a request can have', usable],
  [Query('q'), Function, 'Function is no type that a request can have', usable],
  [Query('q', { type: 'int' as never }), Number, "'int' is no type that a request can have", usable],
  [Body([] as never), Array, '[] is no type that a request can have', usable],
  [
    Body({ type: [String, Number] as never }),
    Array,
    '[String, Number] is no type that a request can have',
    usable,
  ],
  [Body(union(Item, Promise)), Object, 'union(Item, Promise) is no type that a request can have', usable],
  [
    Body({ type: [record(Symbol as never)] }),
    Array,
    '[record(Symbol)] is no type that a request can have',
    usable,
  ],
  [Body(union(Item, nullable(Item))), Object, 'its union has Item twice', once],
  [Body((union as () => never)()), Object, 'it is a union of no type', once],
  [
    Query('q', { type: union(String, Number) }),
    String,
    "@Query('q') cannot give union(String, Number)",
    instead('union(String, Number)'),
  ],
  [Query('q'), Item, "@Query('q') cannot give Item", instead('Item')],
  [Query('q', { type: Object }), Object, "@Query('q') cannot give Object", instead('Object')],
  [Query('q', { type: [Item] }), Array, "@Query('q') cannot give [Item]", instead('[Item]')],
  [Param('p', { type: [String] }), Array, "@Param('p') cannot give [String]", instead('[String]')],
  [Cookie('c', { type: [String] }), Array, "@Cookie('c') cannot give [String]", instead('[String]')],
  [Header('h'), Buffer, "@Header('h') cannot give Buffer", instead('Buffer')],
]);

const from =
  "write where it comes from: @Param('name'), @Query('name'), @Header('name'), @Cookie('name'), @Body(), @Req(), or @Inject(Class) (Response, BackgroundTasks and AbortSignal too)";

const erased =
  'a type that is not known at run time (an interface, a union, or a class imported by `import type`)';

refuses('PARAM_NOT_FILLED', [
  [undefined, String, 'it has String and no source', from],
  [undefined, HTMLResponse, 'it has HTMLResponse and no source', from],
  [undefined, Object, `it has ${erased} and no source`, from],
  [undefined, undefined, `it has ${erased} and no source`, from],
]);

const nameless = 'it does not say which value it reads';

refuses('PARAM_NAME_MISSING', [
  [Query(undefined as never), String, nameless, "write @Query('name')"],
  [Header(''), String, nameless, "write @Header('name')"],
  [Cookie(5 as never), String, nameless, "write @Cookie('name')"],
]);

refuses('PARAM_DEFAULT_INVALID', [
  [
    Query('q', { default: 1, optional: true }),
    Number,
    'it has `default` and `optional`',
    'keep one: a default makes it optional',
  ],
  [
    Query('q', { default: '5' }),
    Number,
    'its default "5" is not of its type',
    'give a default of the type, or say another type',
  ],
]);

const decorate =
  'decorate its fields with class-validator (@IsString(), @IsInt(), …), or write @Body(Object) for any object';

refuses('MODEL_EMPTY', [
  [Body(), Bare, 'Bare has no decorated field, so nothing of it could be checked', decorate],
  [Body([Bare]), Array, 'Bare has no decorated field, so nothing of it could be checked', decorate],
  [Query('q'), Map, 'Map has no decorated field, so nothing of it could be checked', decorate],
]);

const global = "its type is fetch's global Response, which a request does not have";
const local = "import { Response } from '@sluice/core'";

refuses('GLOBAL_RESPONSE', [
  [undefined, globalThis.Response, global, local],
  [Inject(), globalThis.Response, global, local],
  [Inject(globalThis.Response), Object, global, local],
]);
