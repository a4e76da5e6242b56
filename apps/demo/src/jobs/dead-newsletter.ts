import type { DeadLetter } from '@sluice/tasks';
import { IsInt, IsISO8601, IsString } from 'class-validator';

import type { StoredNewsletter } from './newsletter.js';

/** A newsletter whose attempts are used up. */
export class DeadNewsletter {
  @IsString()
  readonly id: string;

  @IsString()
  readonly subject: string;

  /** What its last attempt failed with. */
  @IsString()
  readonly error: string;

  /** How many attempts have failed. */
  @IsInt()
  readonly failures: number;

  /** ISO 8601, UTC. */
  @IsISO8601()
  readonly diedAt: string;

  constructor({ id, payload, error, failures, finishedAt }: DeadLetter) {
    this.id = id;
    this.subject = (payload as StoredNewsletter).subject;
    this.error = error.message;
    this.failures = failures;
    this.diedAt = finishedAt.toISOString();
  }
}
