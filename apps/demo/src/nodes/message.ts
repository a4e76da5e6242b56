import { IsString, Length } from 'class-validator';

/** What a client sends. */
export class NewMessage {
  @Length(1, 200)
  @IsString()
  text!: string;
}

/** What is published. */
export interface Message {
  readonly text: string;
  /** Name of the node at which it was published. */
  readonly node: string;
}
