import type { Round } from './quantity.js';

/** What a round took of a candidate's process. */
export type Usage = Pick<Round, 'cpu' | 'growth'>;

/** What the process of a candidate tells its parent. */
export type FromCandidate =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'aged' }
  | { readonly kind: 'began' }
  | { readonly kind: 'ended'; readonly usage: Usage };

/** What the parent asks for: to be aged, or to look at what the process uses from `begin` to `end`. */
export type ToCandidate = 'age' | 'begin' | 'end';
