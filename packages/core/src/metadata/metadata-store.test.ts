import { Controller } from '../decorators/controller.js';
import { Get, Post, Put } from '../decorators/routes.js';
import { Body, Header, Inject, Query } from '../decorators/sources.js';
import {
  readConstructor,
  readController,
  readHandlers,
  readParameterTypes,
  type HandlerMetadata,
} from './metadata-store.js';
import type { Constructor } from './types.js';

/** Handlers as text: `name: METHOD /path …, index label …`. */
function show(handlers: readonly HandlerMetadata[]): string[] {
  return handlers.map(({ member, routes, sources, misplaced }) => {
    const routeText = routes.map(({ method, path }) => `${method} ${path}`).join(' ');
    const sourceText = [...sources].map(
      ([index, each]) => `${index} ${each.map(({ label }) => label).join(' ')}`,
    );
    return `${String(member)}: ${[routeText, ...sourceText].join(', ')}${misplaced ? ' (misplaced)' : ''}`;
  });
}

class Tool {
  name = 'tool';
}

@Controller('/base', { fastify: {} })
class Base {
  @Get('/a')
  read(@Query('a') a: string) {
    return [a];
  }

  @Post('/b')
  write(@Body() body: object) {
    return [body];
  }
}

describe('readHandlers', () => {
  test('gives the handlers in the order they are written', () => {
    expect(show(readHandlers(Base))).toEqual(["read: GET /a, 0 @Query('a')", 'write: POST /b, 0 @Body']);
  });

  test('keeps several routes of one method, and several sources of one parameter, as they are written', () => {
    class Several {
      @Get('/one')
      @Put('/two')
      both(first: string, @Query('q') @Header('h') second: string) {
        return [first, second];
      }
    }
    expect(show(readHandlers(Several))).toEqual(["both: GET /one PUT /two, 1 @Query('q') @Header('h')"]);
  });

  test('gives a method that has sources and no route', () => {
    class Loose {
      helper(@Query('q') q: string) {
        return q;
      }
    }
    expect(show(readHandlers(Loose))).toEqual(["helper: , 0 @Query('q')"]);
  });

  test('leaves a method that is overridden without decorators its route and its sources', () => {
    class Derived extends Base {
      override read(a: string) {
        return [a];
      }
    }
    expect(show(readHandlers(Derived))).toEqual(show(readHandlers(Base)));
  });

  test('replaces the routes of a method that is overridden with a route', () => {
    class Derived extends Base {
      @Get('/other')
      override read(a: string) {
        return [a];
      }
    }
    expect(show(readHandlers(Derived))[0]).toBe("read: GET /other, 0 @Query('a')");
  });

  test('replaces the sources of a method that is overridden with a source', () => {
    class Derived extends Base {
      override read(@Header('h') a: string) {
        return [a];
      }
    }
    expect(show(readHandlers(Derived))[0]).toBe("read: GET /a, 0 @Header('h')");
  });

  test('gives those of every base first, and each once', () => {
    class Middle extends Base {
      @Get('/c')
      more() {}
    }
    class Last extends Middle {
      @Get('/d')
      override more() {}

      @Get('/e')
      last() {}
    }
    const names = ["read: GET /a, 0 @Query('a')", 'write: POST /b, 0 @Body'];
    expect(show(readHandlers(Last))).toEqual([...names, 'more: GET /d', 'last: GET /e']);
    expect(show(readHandlers(Middle))).toEqual([...names, 'more: GET /c']);
    expect(show(readHandlers(Base))).toEqual(names);
  });

  test('takes members with symbols and with the names of properties of Object', () => {
    const key = Symbol('key');
    class Odd {
      @Get('/symbol')
      [key]() {}

      @Get('/own')
      hasOwnProperty() {
        return true;
      }
    }
    expect(show(readHandlers(Odd))).toEqual(['Symbol(key): GET /symbol', 'hasOwnProperty: GET /own']);
  });

  test('tells what is on a static member, an accessor or a field', () => {
    class Misplaced {
      @Get('/static')
      static all() {}

      @Get('/accessor')
      get list() {
        return [];
      }

      @Get('/field')
      field = () => [];

      @Get('/method')
      method() {}
    }
    expect(show(readHandlers(Misplaced))).toEqual([
      'list: GET /accessor (misplaced)',
      'field: GET /field (misplaced)',
      'method: GET /method',
      'all: GET /static (misplaced)',
    ]);
  });

  test('does not take a source on the constructor for a handler', () => {
    class Built {
      constructor(@Inject(Tool) readonly tool: Tool) {}
    }
    expect(readHandlers(Built)).toEqual([]);
  });

  test('gives routes and sources that cannot be changed', () => {
    const [handler] = readHandlers(Base);
    expect(handler?.routes.every((route) => Object.isFrozen(route))).toBe(true);
    expect([...(handler?.sources.values() ?? [])].flat().every((source) => Object.isFrozen(source))).toBe(
      true,
    );
  });
});

describe('readController', () => {
  test('gives what the class says, else what its base says', () => {
    class Silent extends Base {}
    @Controller('/own')
    class Own extends Base {}
    expect(readController(Base)).toEqual({ prefix: '/base', options: { fastify: {} } });
    expect(readController(Silent)).toBe(readController(Base));
    expect(readController(Own)).toEqual({ prefix: '/own', options: {} });
    expect(readController(Tool)).toBeUndefined();
    expect(Object.isFrozen(readController(Own))).toBe(true);
  });
});

describe('readConstructor', () => {
  class Asking {
    constructor(@Inject(Tool) readonly tool: Tool) {}
  }
  const indexes = (target: Constructor) => [...readConstructor(target).sources.keys()];

  test('gives the sources of the class, or of the base whose constructor it inherits', () => {
    class Inheriting extends Asking {}
    @Controller()
    class Decorated extends Asking {
      readonly field = 1;
    }
    expect(indexes(Asking)).toEqual([0]);
    expect(indexes(Inheriting)).toEqual([0]);
    expect(indexes(Decorated)).toEqual([0]);
    expect(indexes(Tool)).toEqual([]);
  });

  test('does not apply those of a base to a constructor of its own, with metadata and without', () => {
    @Controller()
    class Own extends Asking {
      constructor() {
        super(new Tool());
      }
    }
    class Bare extends Asking {
      constructor() {
        super(new Tool());
      }
    }
    expect(readConstructor(Own)).toEqual({ length: 0, sources: new Map(), types: [] });
    expect(readConstructor(Bare)).toEqual({ length: 0, sources: new Map(), types: [] });
  });

  test('sees the parameters of an undecorated base', () => {
    class Plain {
      constructor(readonly tool: Tool) {}
      again() {
        return new (this.constructor as typeof Plain)(this.tool);
      }
    }
    @Controller()
    class Derived extends Plain {
      readonly field = 1;
    }
    expect(readConstructor(Derived)).toEqual({ length: 1, sources: new Map(), types: [] });
  });

  test('gives the types where the compiler wrote them', () => {
    @Controller()
    class Typed {
      constructor(readonly tool: Tool) {}
    }
    expect(readConstructor(Typed).types).toEqual([Tool]);
    expect(readConstructor(Tool).types).toEqual([]);
  });
});

describe('readParameterTypes', () => {
  test('gives the types of a method where the compiler wrote them', () => {
    class Typed {
      @Get()
      read(a: string, b: number, c: Base) {
        return [a, b, c];
      }

      bare(a: string) {
        return [a];
      }
    }
    expect(readParameterTypes(Typed.prototype, 'read')).toEqual([String, Number, Base]);
    expect(readParameterTypes(Typed.prototype, 'bare')).toBeUndefined();
  });
});
