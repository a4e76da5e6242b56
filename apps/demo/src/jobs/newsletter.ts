import { IsEnum, IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';

/** What goes wrong while a newsletter is sent. */
export enum Trouble {
  None = 'none',
  /** The first attempt breaks off half-way; the second one goes well. */
  Once = 'once',
  /** The mail server is away for longer than the attempts last. */
  Outage = 'outage',
}

/** What a client sends. */
export class Newsletter {
  @Length(1, 80)
  @IsString()
  subject!: string;

  /** How many letters there are to send. */
  @Max(500)
  @Min(1)
  @IsInt()
  letters!: number;

  @IsEnum(Trouble)
  @IsOptional()
  trouble: Trouble = Trouble.None;
}

/** What is stored, and given to the task. */
export class StoredNewsletter extends Newsletter {
  /** Until then the mail server answers to nobody; milliseconds since 1970. */
  @IsInt()
  awayUntil!: number;
}
