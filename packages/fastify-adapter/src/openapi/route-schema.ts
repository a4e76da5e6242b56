import type { JsonSchema, Operation, OperationResponse } from '@sluice/core/internal';
import type { FastifySchema } from 'fastify';

/** A Fastify `schema` with what @fastify/swagger reads beside it. */
export type DocumentedSchema = FastifySchema & Readonly<Record<string, unknown>>;

/** Name under which a media type keeps the schema of one item of a stream, until the document's version has a word for it. */
export const ITEM_SCHEMA = 'x-item-schema';
/** Name under which an operation says that its body may be left out: @fastify/swagger requires every body. */
export const OPTIONAL_BODY = 'x-optional-body';

/** The groups of a Fastify schema, by OpenAPI's `in`. Fastify itself does not look at `cookies`. */
const GROUPS = { path: 'params', query: 'querystring', header: 'headers', cookie: 'cookies' } as const;

/** Writes an operation as the `schema` of a Fastify route. */
export function toRouteSchema(operation: Operation, operationId: string, hidden: boolean): DocumentedSchema {
  const { tags, summary, description, deprecated, security, body } = operation;
  return {
    operationId,
    summary,
    ...(hidden ? { hide: true } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(description === undefined ? {} : { description }),
    ...(deprecated ? { deprecated } : {}),
    ...(security === undefined ? {} : { security }),
    ...toGroups(operation.parameters),
    ...(body === undefined ? {} : { body: body.schema, consumes: body.mediaTypes }),
    ...(body === undefined || body.required ? {} : { [OPTIONAL_BODY]: true }),
    response: Object.fromEntries(
      Object.entries(operation.responses).map(([status, response]) => [status, toResponse(response)]),
    ),
  };
}

function toGroups(parameters: Operation['parameters']): Record<string, JsonSchema> {
  const groups: Record<string, JsonSchema> = {};
  for (const [place, group] of Object.entries(GROUPS)) {
    const own = parameters.filter((parameter) => parameter.in === place);
    if (own.length === 0) continue;
    const required = own.filter((parameter) => parameter.required).map(({ name }) => name);
    groups[group] = {
      type: 'object',
      properties: Object.fromEntries(
        own.map(({ name, schema, description }) => [
          name,
          description === undefined ? schema : { ...schema, description },
        ]),
      ),
      ...(required.length > 0 ? { required } : {}),
    };
  }
  return groups;
}

function toResponse({ description, headers, content }: OperationResponse): JsonSchema {
  const head = headers === undefined ? {} : { headers };
  // @fastify/swagger documents no content for the type null, which is how Fastify's users say that there is none.
  if (content === undefined) return { type: 'null', description, ...head };
  const { mediaType, schema, item } = content;
  if (mediaType === 'application/json') {
    // Not as `content`, for which Fastify would look at the content type of each response. Beside a $ref the
    // description is read, elsewhere it would become that of the schema.
    return '$ref' in schema
      ? { ...schema, description, ...head }
      : { ...schema, 'x-response-description': description, ...head };
  }
  const media = { schema, ...(item === undefined ? {} : { [ITEM_SCHEMA]: item }) };
  return { description, content: { [mediaType]: media }, ...head };
}
