import type { Memory, Round } from './quantity.js';

/** What a round took of a candidate's process. */
export type Usage = Pick<Round, 'cpu' | 'growth'>;

/** What the process of a candidate tells its parent. */
export type FromCandidate =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'aged' }
  | { readonly kind: 'settled'; readonly memory: Memory }
  | { readonly kind: 'began' }
  | { readonly kind: 'ended'; readonly usage: Usage };

/**
 * What the parent asks for: to be aged, to look at the memory that is held after garbage collections, or at what the
 * process uses from `begin` to `end`.
 */
export type ToCandidate = 'age' | 'settle' | 'begin' | 'end';
