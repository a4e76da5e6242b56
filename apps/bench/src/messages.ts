/** What the process of a candidate tells its parent. */
export type FromCandidate =
  | { readonly kind: 'listening'; readonly port: number }
  /** CPU time of the process since its start, of its own and of the system on its behalf. */
  | { readonly kind: 'cpu'; readonly microseconds: number }
  | { readonly kind: 'aged' };

/** What the parent asks for. */
export type ToCandidate = 'cpu' | 'age';
