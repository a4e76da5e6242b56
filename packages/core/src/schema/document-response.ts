import { message as phrases } from 'statuses';

import type { ResponseDocumentation } from '../metadata/documentation-options.js';
import { specName } from '../metadata/model-spec.js';
import { modelName, shapeName, type Shape } from '../shapes/shape.js';
import type { Components } from './components.js';
import type { JsonSchema } from './json-schema.js';
import type { OperationResponse } from './operation.js';
import type { DocumentedBody, RouteDocumentation } from './route-documentation.js';

/** The response that a method makes. */
export function toResponse(
  { body, responseDescription }: RouteDocumentation,
  components: Components,
): OperationResponse {
  const response = { description: responseDescription, headers: undefined, content: undefined };
  switch (body.kind) {
    case 'none':
      return response;
    case 'redirect': {
      const location = { type: 'string', format: 'uri-reference', description: 'Where to go on' };
      return { ...response, headers: { Location: location } };
    }
    case 'items':
      return toStream(body, responseDescription, components);
    case 'json': {
      const schema = body.model === undefined ? {} : components.schemaOfResponse(body.model);
      return { ...response, content: { mediaType: plainType(body.mediaType), schema, item: undefined } };
    }
    default: {
      const schema = { type: 'string', ...(body.kind === 'binary' ? { format: 'binary' } : {}) };
      return { ...response, content: { mediaType: plainType(body.mediaType), schema, item: undefined } };
    }
  }
}

function toStream(
  { framing, mediaType, model, events }: Extract<DocumentedBody, { kind: 'items' }>,
  description: string,
  components: Components,
): OperationResponse {
  const content = { mediaType: plainType(mediaType), schema: { type: 'string' } };
  if (framing === 'lines') {
    const item = model === undefined ? undefined : components.schemaOfResponse(model);
    const each = model === undefined ? 'one JSON value' : `JSON of ${documentName(model.shape)}`;
    return {
      description: `${description}: each line is ${each}`,
      headers: undefined,
      content: { ...content, item },
    };
  }
  const named =
    events === undefined
      ? model === undefined
        ? []
        : [['message', documentName(model.shape), components.schemaOfResponse(model)] as const]
      : Object.entries(events).map(
          ([name, type]) => [name, specName(type), components.schemaOf(type, 'output')] as const,
        );
  if (named.length === 0)
    return { description, headers: undefined, content: { ...content, item: undefined } };
  const told = named.map(([name, type]) => `\`${name}\` (${type})`);
  const schemas = named.map(([name, , schema]) => toEventSchema(name, schema));
  return {
    description: `${description}: events ${told.join(', ')}`,
    headers: undefined,
    content: { ...content, item: schemas.length === 1 ? schemas[0] : { oneOf: schemas } },
  };
}

/** OpenAPI 3.2 section 4.14.4: an event is an object of its fields, and `data` is text that holds the JSON. */
function toEventSchema(name: string, data: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: {
      event: { type: 'string', const: name },
      data: { type: 'string', contentMediaType: 'application/json', contentSchema: data },
      id: { type: 'string' },
      retry: { type: 'integer', minimum: 0 },
    },
    // An event without a name is a `message` (WHATWG HTML section 9.2.6).
    required: name === 'message' ? ['data'] : ['event', 'data'],
  };
}

/** A response that a route only declares. */
export function toDeclaredResponse(
  status: string,
  { description, model, mediaType, headers }: ResponseDocumentation,
  components: Components,
): OperationResponse {
  const described = Object.entries(headers ?? {}).map(([name, header]): [string, JsonSchema] => [
    name,
    {
      ...components.schemaOf(header.type ?? String, 'output'),
      ...(header.description === undefined ? {} : { description: header.description }),
    },
  ]);
  const schema = model === undefined ? { type: 'string' } : components.schemaOf(model, 'output');
  const hasContent = model !== undefined || mediaType !== undefined;
  return {
    description: description ?? phrases[Number(status)] ?? 'Response',
    headers: described.length > 0 ? Object.fromEntries(described) : undefined,
    content: hasContent
      ? { mediaType: plainType(mediaType ?? 'application/json'), schema, item: undefined }
      : undefined,
  };
}

/** A model's own name, a list as `[Item]`. */
function documentName(shape: Shape): string {
  if (shape.kind === 'list') return `[${documentName(shape.item)}]`;
  return shape.kind === 'model' ? modelName(shape.model) : shapeName(shape);
}

/** A media type without its parameters: `text/csv; charset=utf-8` is `text/csv`. */
function plainType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? mediaType;
}
