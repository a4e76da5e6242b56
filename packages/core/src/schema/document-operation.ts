import type { RouteInput } from '../metadata/source.js';
import type { Components } from './components.js';
import { withInlineRules } from './inline-rule-schema.js';
import type { JsonSchema } from './json-schema.js';
import { describeFaults } from './fault-schema.js';
import { toDeclaredResponse, toResponse } from './document-response.js';
import type { Operation, OperationParameter, OperationResponse } from './operation.js';
import type { RouteDocumentation } from './route-documentation.js';

/** What is documented of a route: a plan has this shape. */
interface DocumentedRoute {
  readonly inputs: readonly RouteInput[];
  readonly statusCode: number;
  readonly documentation: RouteDocumentation;
}

/**
 * Documents a route.
 *
 * @param pathParameters The names in its whole path: OpenAPI 3.1 section 4.8.10 wants each of them to be a parameter.
 */
export function documentOperation(
  { inputs, statusCode, documentation }: DocumentedRoute,
  pathParameters: readonly string[],
  components: Components,
): Operation {
  const { tags, summary, description, deprecated, security, responses } = documentation;
  const documented: Record<string, OperationResponse> = {
    [statusCode]: toResponse(documentation, components),
  };
  if (inputs.some(canFail)) documented[422] = describeFaults(components);
  for (const [status, response] of Object.entries(responses)) {
    const before = documented[status];
    const after = toDeclaredResponse(status, response, components);
    documented[status] = {
      description: response.description ?? before?.description ?? after.description,
      headers: after.headers ?? before?.headers,
      content: after.content ?? before?.content,
    };
  }
  return {
    tags,
    summary,
    description,
    deprecated,
    security,
    parameters: toParameters(inputs, pathParameters, components),
    body: toRequestBody([...inputs, ...toDeclaredBody(documentation)], components),
    responses: documented,
  };
}

/** Text that may be anything, and may be left out, cannot be refused. */
function canFail({ kind, type, required, rules, field }: RouteInput): boolean {
  if (kind === 'body' || rules !== undefined || field !== undefined) return true;
  const isText = type === String || (Array.isArray(type) && type[0] === String);
  return !isText || (required && kind !== 'path');
}

function toParameters(
  inputs: readonly RouteInput[],
  pathParameters: readonly string[],
  components: Components,
): readonly OperationParameter[] {
  const parameters = new Map<string, OperationParameter>();
  for (const name of pathParameters) {
    const schema = { type: 'string' };
    parameters.set(`path ${name}`, { in: 'path', name, required: true, description: undefined, schema });
  }
  const read = new Set<string>();
  for (const input of inputs) {
    const { kind, name, description } = input;
    if (kind === 'body' || name === undefined) continue;
    const key = `${kind} ${kind === 'header' ? name.toLowerCase() : name}`;
    const { schema, required } = describe(input, components);
    const before = parameters.get(key);
    // Several may read one value, a dependency and its handler: it is one parameter, told by the first.
    if (read.has(key) && before !== undefined) {
      parameters.set(key, { ...before, required: before.required || required });
      continue;
    }
    read.add(key);
    parameters.set(key, { in: kind, name, required: required || kind === 'path', description, schema });
  }
  return [...parameters.values()];
}

/** A body that is read of the request itself. */
function toDeclaredBody({ requestBody }: RouteDocumentation): readonly RouteInput[] {
  if (requestBody === undefined) return [];
  const { model = Buffer, mediaType, description, required = true } = requestBody;
  return [
    { kind: 'body', name: undefined, type: model, required, default: undefined, description, mediaType },
  ];
}

function toRequestBody(inputs: readonly RouteInput[], components: Components): Operation['body'] {
  const bodies = inputs.filter(({ kind }) => kind === 'body');
  const required = bodies.some((body) => body.required);
  const whole = bodies.find(({ name }) => name === undefined);
  if (whole !== undefined) {
    const { type } = whole;
    const { schema } = describe(whole, components);
    const described =
      whole.description === undefined ? schema : { ...schema, description: whole.description };
    if (type === Buffer || type === Uint8Array) {
      const mediaTypes = [whole.mediaType ?? 'application/octet-stream'];
      return { required, mediaTypes, schema: described };
    }
    // Fastify reads both as text.
    const known = type === String ? ['text/plain', 'application/json'] : ['application/json'];
    const mediaTypes = whole.mediaType === undefined ? known : [whole.mediaType];
    return { required, mediaTypes, schema: type === Object ? { type: 'object', ...described } : described };
  }
  if (bodies.length === 0) return undefined;
  const properties: Record<string, JsonSchema> = {};
  for (const body of bodies) {
    const { name, description } = body;
    const { schema } = describe(body, components);
    properties[name ?? ''] =
      description === undefined || '$ref' in schema ? schema : { ...schema, description };
  }
  const names = bodies.filter((body) => body.required).map(({ name }) => name);
  const schema = { type: 'object', properties, ...(required ? { required: names } : {}) };
  const mediaType = bodies.find((body) => body.mediaType !== undefined)?.mediaType ?? 'application/json';
  return { required, mediaTypes: [mediaType], schema };
}

/** What one value of a request is: what its source says, or the field of a group. */
function describe(
  { type, field, groups, rules, required, default: preset }: RouteInput,
  components: Components,
): { readonly schema: JsonSchema; readonly required: boolean } {
  if (field !== undefined) return components.fieldOf(field.model, field.property, groups);
  const schema = withInlineRules(components.schemaOf(type, 'input', groups), rules);
  return { schema: withDefault(schema, preset), required };
}

function withDefault(schema: JsonSchema, preset: unknown): JsonSchema {
  if (preset === undefined || '$ref' in schema) return schema;
  if (preset instanceof Date) return { ...schema, default: preset.toISOString() };
  return { ...schema, default: typeof preset === 'bigint' ? Number(preset) : preset };
}
