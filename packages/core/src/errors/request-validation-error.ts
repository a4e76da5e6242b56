import { HTTPException } from './http-exception.js';

/** One fault of a request, in FastAPI's shape. */
export interface ErrorDetail {
  /** A word of the table in docs/validation.md: `missing`, `int_parsing`, … */
  readonly type: string;
  /** From the source down to the field: `['query', 'limit']`, `['body', 'tags', 0]`. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  /** The value that was refused, as it came. */
  readonly input: unknown;
  /** What the message names: `{ expected: "'a' or 'b'" }`. */
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A request whose inputs do not fit: 422, with every fault of every source in `detail`. */
export class RequestValidationError extends HTTPException {
  override readonly name: string = 'RequestValidationError';
  declare readonly detail: readonly ErrorDetail[];

  constructor(detail: readonly ErrorDetail[], options?: { cause?: unknown }) {
    super(422, detail);
    this.message = detail.map((fault) => `${fault.loc.join('.')}: ${fault.msg}`).join('; ');
    if (options !== undefined) this.cause = options.cause;
  }
}
