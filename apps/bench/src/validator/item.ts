import 'reflect-metadata';
import { IsBoolean, IsInt, IsString } from 'class-validator';

export class Item {
  @IsString() name!: string;
  @IsInt() count!: number;
  @IsBoolean() available!: boolean;
}

export const VALUES: readonly object[] = Array.from({ length: 1000 }, (_, index) => ({
  name: `item ${index}`,
  count: index,
  available: index % 2 === 0,
}));
