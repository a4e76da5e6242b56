import { IsNumber, IsString, Length, Max, Min } from 'class-validator';

/** What a client sends to make an item. */
export class CreateItem {
  @IsString()
  @Length(1, 80)
  name!: string;

  @IsNumber()
  @Min(0)
  @Max(1_000_000)
  price!: number;
}

/** An item as it is stored. */
export interface Item extends CreateItem {
  readonly id: number;
  readonly createdAt: string;
}

/** What happened to an item. */
export interface ItemChange {
  readonly kind: 'created' | 'deleted';
  readonly item: Item;
}
