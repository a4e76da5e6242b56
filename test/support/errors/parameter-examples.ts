import { Body, Controller, Get, Param, Post, Query, type SetupCode } from '@sluice/core';
import { Exclude, Type } from 'class-transformer';
import { IsString, ValidateNested } from 'class-validator';

import type { SetupExample } from './controller-examples.js';

interface Filter {
  readonly text: string;
}

class CreateItem {
  name!: string;
}

/** Faults of the parameters of handlers, each by its code. */
export const parameterExamples = {
  PATH_PARAM_UNKNOWN: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/:id')
      read(@Param('itemId') itemId: string) {
        return itemId;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_TYPE_ERASED: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Query('tag') tags: string[]) {
        return tags;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_TYPE_UNSUPPORTED: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Query('filter', { type: Object }) filter: Filter) {
        return filter;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_NOT_FILLED: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(limit: number) {
        return limit;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_NAME_MISSING: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Query('') limit: number) {
        return limit;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_SOURCES_TWO: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/:id')
      read(@Param('id') @Query('id') id: string) {
        return id;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_DEFAULT_INVALID: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Query('limit', { default: 20, optional: true }) limit: number) {
        return limit;
      }
    }
    return { controllers: [ItemsController] };
  },
  PARAM_RULE_INVALID: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Query('name', { min: 3 }) name: string) {
        return name;
      }
    }
    return { controllers: [ItemsController] };
  },
  BODY_ON_BODYLESS_METHOD: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(@Body(Object) filter: Filter) {
        return filter;
      }
    }
    return { controllers: [ItemsController] };
  },
  BODY_SOURCES_MIXED: () => {
    @Controller('/items')
    class ItemsController {
      @Post('/')
      create(@Body(Object) item: object, @Body('note') note: string) {
        return { item, note };
      }
    }
    return { controllers: [ItemsController] };
  },
  MODEL_EMPTY: () => {
    @Controller('/items')
    class ItemsController {
      @Post('/')
      create(@Body() item: CreateItem) {
        return item;
      }
    }
    return { controllers: [ItemsController] };
  },
  MODEL_FIELD_UNDECORATED: () => {
    class NewItem {
      @IsString()
      name!: string;

      price = 0;
    }
    @Controller('/items')
    class ItemsController {
      @Post('/')
      create(@Body() item: NewItem) {
        return item;
      }
    }
    return { controllers: [ItemsController] };
  },
  MODEL_FIELD_UNFILLABLE: () => {
    class NewUser {
      @IsString()
      name!: string;

      @Exclude()
      @IsString()
      role!: string;
    }
    @Controller('/users')
    class UsersController {
      @Post('/')
      create(@Body() user: NewUser) {
        return user;
      }
    }
    return { controllers: [UsersController] };
  },
  MODEL_DISCRIMINATOR_DROPPED: () => {
    class Cat {
      @IsString()
      kind!: string;
    }
    class Owner {
      @ValidateNested()
      @Type(() => Object, { discriminator: { property: 'kind', subTypes: [{ name: 'cat', value: Cat }] } })
      pet!: Cat;
    }
    @Controller('/owners')
    class OwnersController {
      @Post()
      create(@Body() owner: Owner) {
        return owner;
      }
    }
    return { controllers: [OwnersController] };
  },
  MODEL_FIELD_UNTYPED: () => {
    class Tag {
      @IsString()
      name!: string;
    }
    class NewItem {
      @ValidateNested()
      tag!: Tag;

      @ValidateNested({ each: true })
      @Type(() => Tag)
      tags: Tag[] = [];
    }
    @Controller('/items')
    class ItemsController {
      @Post('/')
      create(@Body() item: NewItem) {
        return item;
      }
    }
    return { controllers: [ItemsController] };
  },
  GLOBAL_RESPONSE: () => {
    @Controller('/items')
    class ItemsController {
      @Get('/')
      list(response: Response) {
        return response.status;
      }
    }
    return { controllers: [ItemsController] };
  },
} satisfies Partial<Record<SetupCode, SetupExample>>;
