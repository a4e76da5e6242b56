import 'reflect-metadata';
import swagger from '@fastify/swagger';
import {
  Body,
  Controller,
  EventSourceResponse,
  Get,
  Param,
  Post,
  Query,
  RedirectResponse,
  FileResponse,
  Header,
  Cookie,
} from '@sluice/core';
import { refResolver, sluice, transformObject } from '@sluice/fastify-adapter';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested, IsEnum, IsArray, Min } from 'class-validator';
import Fastify from 'fastify';

enum Kind {
  A = 'a',
  B = 'b',
}
class Tag {
  @IsString() name!: string;
}
class Item {
  @IsInt() @Min(1) id!: number;
  @IsString() name: string = 'x';
  @IsOptional() @IsEnum(Kind) kind?: Kind;
  @IsArray() @ValidateNested({ each: true }) @Type(() => Tag) tags!: Tag[];
  @IsOptional() @ValidateNested() @Type(() => Item) parent?: Item;
}

test('x', async () => {
  @Controller('/items', { tags: ['items'] })
  class C {
    @Get('/:id', { responseModel: [Item] }) list(
      @Param('id', { type: 'integer' }) id: number,
      @Query('limit', { default: 20, description: 'how many' }) l: number,
      @Header('X-Token') h: string,
      @Cookie('sid', { optional: true }) c: string,
    ) {
      return [id, l, h, c];
    }
    @Post('/', {
      statusCode: 201,
      responseModel: Item,
      responses: { 409: { description: 'taken', model: Tag } },
    })
    create(@Body() item: Item) {
      return item;
    }
    @Get('/go', { responseClass: RedirectResponse }) go() {
      return '/x';
    }
    @Get('/file', { responseClass: FileResponse }) file() {
      return '/x';
    }
    @Get('/ev', { responseClass: EventSourceResponse, events: { item_update: Item, done: String } }) *ev() {
      yield 1;
    }
    @Get('/lines', { responseModel: Tag }) *lines() {
      yield { name: 'x' };
    }
  }
  const app = Fastify();
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 't', version: '1' } },
    refResolver,
    transformObject,
  });
  await app.register(sluice, { controllers: [C], prefix: '/api' });
  await app.ready();
  console.log(JSON.stringify(app.swagger(), null, 1));
  await app.close();
});
