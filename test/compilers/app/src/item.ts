import { Type } from 'class-transformer';
import { IsEnum, IsInt, IsNotEmpty, IsOptional, IsString, Min, ValidateNested } from 'class-validator';

export enum Colour {
  Red = 'red',
  Green = 'green',
}

export class Size {
  @IsInt()
  @Min(1)
  width!: number;
}

export class CreateItem {
  @IsString()
  @IsNotEmpty()
  name!: string;

  @IsEnum(Colour)
  colour!: Colour;

  @ValidateNested()
  @Type(() => Size)
  size!: Size;

  @IsOptional()
  @IsString()
  note?: string;
}
