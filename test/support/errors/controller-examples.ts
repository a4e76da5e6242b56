import {
  Channel,
  Controller,
  dependency,
  Get,
  HTMLResponse,
  Inject,
  Post,
  TemplateResponse,
  union,
  type Constructor,
  type RouteOptions,
  type SetupCode,
} from '@sluice/core';
import type { SluiceOptions } from '@sluice/fastify-adapter';

import { IsString } from 'class-validator';

import type { createServer } from '../../../packages/fastify-adapter/test/support/start.js';

class Tag {
  @IsString() text!: string;
}
class Label {
  @IsString() text!: string;
}

/** Options with which the start fails by one fault. */
export interface SetupExample {
  (): SluiceOptions;
  /** What the host does after the registration, where that is the fault. */
  readonly after?: (app: ReturnType<typeof createServer>['app']) => unknown;
}

/** A controller with one route, `ItemsController.list (GET …)`. */
export function routeWith(options: RouteOptions, path = '/'): SluiceOptions {
  @Controller('/items')
  class ItemsController {
    @Get(path, options)
    list() {}
  }
  return { controllers: [ItemsController] };
}

/** Faults of controllers, of their routes and of the plugin, each by its code. */
export const controllerExamples = {
  NOT_A_CONTROLLER: () => ({ controllers: [class ItemsController {}] }),
  NO_ROUTES: () => {
    @Controller('/items')
    class ItemsController {}
    return { controllers: [ItemsController] };
  },
  STATIC_ROUTE: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      static list() {}

      @Get('/:id')
      read() {}
    }
    return { controllers: [ItemsController] };
  },
  DUPLICATE_ROUTE: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/:id')
      read() {}

      @Get('/:name')
      find() {}
    }
    return { controllers: [ItemsController] };
  },
  PATH_INVALID: () => routeWith({}, 'all'),
  RESPONSE_MODEL_INVALID: () => routeWith({ responseModel: class Item {} }),
  RESPONSE_MODEL_FIELD_UNKNOWN: () => routeWith({ responseModel: Tag, responseModelExclude: ['colour'] }),
  RESPONSE_MODEL_UNION: () => routeWith({ responseModel: union(Tag, Label) }),
  TEMPLATE_UNUSED: () => routeWith({ template: 'items.ejs' }),
  VIEW_MISSING: () => routeWith({ responseClass: TemplateResponse, template: 'items.ejs' }),
  STATUS_INVALID: () => routeWith({ statusCode: 99 }),
  STATUS_WITHOUT_BODY: () => routeWith({ statusCode: 204, responseClass: HTMLResponse }),
  HEADER_INVALID: () => routeWith({ headers: { 'cache control': 'no-store' } }),
  RESPONSE_CLASS_INVALID: () => routeWith({ responseClass: class Page {} as never }),
  DEPENDENCY_INVALID: () => {
    const limit = (max: number): number => max;
    return routeWith({ dependencies: [limit] });
  },
  DEPENDENCY_SCOPE: () => {
    function* session() {
      yield {};
    }
    const pool = dependency({ session }, ({ session: one }) => [one], { scope: 'app', name: 'pool' });
    return routeWith({ dependencies: [pool] });
  },
  DEPENDENCY_CIRCLE: () => {
    const user = dependency({}, () => 'user', { name: 'user' });
    const session = dependency({ user }, () => 'session', { name: 'session' });
    const fakeUser = dependency({ session }, () => 'fake', { name: 'fakeUser' });
    return { ...routeWith({ dependencies: [session] }), overrides: [[user, fakeUser]] };
  },
  CONSTRUCTOR_PARAMETER: () => {
    @Controller('/items')
    class ItemsController {
      constructor(readonly url: string) {}

      @Get('/')
      list() {}
    }
    return { controllers: [ItemsController] };
  },
  CONSTRUCTOR_CIRCLE: () => {
    class Items {}
    class Orders {
      constructor(@Inject(Items) readonly items: Items) {}
    }
    Inject(Orders)(Items, undefined, 0);
    @Controller('/orders')
    class OrdersController {
      constructor(readonly orders: Orders) {}

      @Post('/')
      create() {}
    }
    return { controllers: [OrdersController] };
  },
  CONSTRUCTOR_FAILED: () => {
    class Disk {
      constructor() {
        throw new Error('no disk');
      }
    }
    @Controller('/items')
    class ItemsController {
      constructor(readonly disk: Disk) {}

      @Get('/')
      list() {
        return [];
      }
    }
    return { controllers: [ItemsController] };
  },
  CONTAINER_FAILED: () => {
    const resolve = (target: Constructor): never => {
      throw new Error(`no provider for ${target.name}`);
    };
    return { ...routeWith({}), container: { resolve } };
  },
  OPTIONS_INVALID: () => ({ ...routeWith({}), prefix: 'api' }),
  CHANNEL_INVALID: () => {
    new Channel({ name: 'prices', history: -1 });
    return routeWith({});
  },
} satisfies Partial<Record<SetupCode, SetupExample>>;
