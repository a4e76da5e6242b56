import type { Components } from './components.js';
import type { OperationResponse } from './operation.js';

/** One fault of a request: an `ErrorDetail`. */
const FAULT = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    loc: { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'integer' }] } },
    msg: { type: 'string' },
    input: {},
    ctx: { type: 'object' },
  },
  required: ['type', 'loc', 'msg', 'input'],
};

/** The 422 of a route whose inputs can be refused, under the names that FastAPI gives its schemas. */
export function describeFaults(components: Components): OperationResponse {
  const fault = components.named('ValidationError', FAULT);
  const schema = components.named('HTTPValidationError', {
    type: 'object',
    properties: { detail: { type: 'array', items: fault } },
    required: ['detail'],
  });
  return {
    description: 'Validation Error',
    headers: undefined,
    content: { mediaType: 'application/json', schema, item: undefined },
  };
}
