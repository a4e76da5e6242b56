import { IsInt, Max, Min } from 'class-validator';

/** Body of a request for a text. */
export class WriteText {
  /** How many words at most. */
  @IsInt()
  @Min(1)
  @Max(1000)
  words!: number;
}
