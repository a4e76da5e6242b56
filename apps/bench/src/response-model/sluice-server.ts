import { Controller, Get } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsInt, IsNumber, IsString, ValidateNested } from 'class-validator';
import Fastify from 'fastify';

import { listenOnLoopback } from '../listen-on-loopback.js';
import { items } from './items.js';

class Maker {
  @IsString() name!: string;
  @IsString() country!: string;
}

class ItemOut {
  @IsInt() id!: number;
  @IsString() name!: string;
  @IsNumber() price!: number;
  @IsBoolean() available!: boolean;
  @IsArray() @IsString({ each: true }) tags!: string[];
  @ValidateNested() @Type(() => Maker) maker!: Maker;
}

@Controller('/items')
class ItemsController {
  @Get('/', { responseModel: [ItemOut] })
  list() {
    return items;
  }
}

export async function listen(): Promise<number> {
  const app = Fastify();
  await app.register(sluice, { controllers: [ItemsController] });
  return listenOnLoopback(app);
}
