import { IsInt, IsISO8601, IsNumber, IsString, Length, Max, Min } from 'class-validator';

/** What a client sends to make an item. Faults are told from the lowest decorator upwards: the type comes first. */
export class CreateItem {
  @Length(1, 80)
  @IsString()
  name!: string;

  @Max(1_000_000)
  @Min(0)
  @IsNumber({ maxDecimalPlaces: 2 }, { message: 'price must be a number with at most 2 decimals' })
  price!: number;
}

/** An item as it is stored. */
export interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** An item as it is sent: a field that has no decorator here stays inside. */
export class ItemOut implements Item {
  @IsInt()
  readonly id!: number;

  @IsString()
  readonly name!: string;

  @IsNumber()
  readonly price!: number;

  @IsISO8601()
  readonly createdAt!: string;
}

/** What happened to an item. */
export interface ItemChange {
  readonly kind: 'created' | 'deleted';
  readonly item: Item;
}
