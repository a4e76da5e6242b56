import { Body, Controller, Post } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsNumber,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';

class Maker {
  @Length(1, 100) name!: string;
  @Length(2, 2) country!: string;
}

class Item {
  @Length(1, 100) name!: string;
  @IsNumber() @Min(0) price!: number;
  @IsInt() @Min(1) @Max(1000) count!: number;
  @IsBoolean() available!: boolean;
  @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) tags!: string[];
  @ValidateNested() @Type(() => Maker) maker!: Maker;
}

@Controller('/items')
class ItemsController {
  @Post('/')
  create(@Body() item: Item) {
    return { hello: item.name, n: item.count };
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ItemsController] });
  return listenOnLoopback(app);
}
