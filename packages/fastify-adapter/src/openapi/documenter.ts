import type { SetupFault } from '@sluice/core';
import { Components, documentOperation, parsePath, SchemaNames, type RoutePlan } from '@sluice/core/internal';
import type { FastifyInstance, FastifySchema, RouteOptions } from 'fastify';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';

import { toRouteSchema } from './route-schema.js';

/** What a route of Fastify is given for its documentation. */
export type RouteDocs = Pick<RouteOptions, 'schema' | 'validatorCompiler' | 'serializerCompiler'>;

/** Names that are one of their kind in a server, whichever registration of the plugin gave them. */
interface ServerNames {
  readonly schemas: SchemaNames;
  readonly operations: SchemaNames;
}

const NAMES = Symbol.for('sluice.documented-names');
/** The parts of a schema by which Fastify validates. */
const VALIDATED = ['body', 'querystring', 'query', 'params', 'headers'] as const satisfies readonly (
  keyof FastifySchema | 'query'
)[];

/** Writes the Fastify schemas of the routes of one registration. */
export class Documenter {
  readonly #instance: FastifyInstance;
  readonly #names: ServerNames;
  readonly #components: Components;

  constructor(instance: FastifyInstance) {
    this.#instance = instance;
    const server = instance.server as unknown as Record<symbol, ServerNames | undefined>;
    this.#names = server[NAMES] ??= { schemas: new SchemaNames(), operations: new SchemaNames() };
    this.#components = new Components(this.#names.schemas);
  }

  /**
   * The `schema` of a route. It is there to be read: nothing of it validates, and no serializer is made of it.
   *
   * What the route's own `fastify.schema` says comes before; where that has something to validate by, or responses to
   * serialize by, Fastify does so as it would without Sluice, and these parts are documented by it alone.
   */
  describe(plan: RoutePlan, own: FastifySchema | undefined): RouteDocs {
    const { parameters } = parsePath(this.#instance.prefix + plan.path);
    const operation = documentOperation(plan, parameters, this.#components);
    const schema: Record<string, unknown> = {
      ...toRouteSchema(operation, this.#operationIdOf(plan), plan.documentation.hidden),
    };
    const given = own as Record<string, unknown> | undefined;
    const validates = VALIDATED.some((part) => given?.[part] !== undefined);
    if (validates) for (const part of VALIDATED) Reflect.deleteProperty(schema, part);
    return {
      schema: { ...schema, ...given },
      ...(validates ? {} : { validatorCompiler: () => () => true }),
      // Given to every status: a serializer of Fastify's would drop fields, and resolve references.
      ...(given?.response === undefined ? { serializerCompiler: createSerializerCompiler(plan) } : {}),
    };
  }

  /** Adds the schemas that were referred to, so that a document has them as components. */
  addSchemas(): void {
    for (const [id, schema] of this.#components.schemas) {
      if (this.#instance.getSchema(id) === undefined) this.#instance.addSchema(schema);
    }
  }

  #operationIdOf({ name, method, path, documentation }: RoutePlan): string {
    const plain = documentation.operationId ?? name.replace('.', '_');
    const route = `${name} ${method} ${this.#instance.prefix}${path}`;
    return this.#names.operations.nameOf(route, [plain, `${plain}_${method.toLowerCase()}`]);
  }
}

/** What writes the values of a route as JSON: those of its own status as its model says, those of others as they are. */
function createSerializerCompiler({
  model,
  statusCode,
  rendersJson,
}: RoutePlan): FastifySerializerCompiler<unknown> {
  return ({ httpStatus }) =>
    model !== undefined && rendersJson && httpStatus === String(statusCode)
      ? model.serialize
      : JSON.stringify;
}

/** Adds a fault for each name of an operation that two routes give. */
export function checkOperationIds(plans: readonly RoutePlan[], faults: SetupFault[]): void {
  const seen = new Map<string, string>();
  for (const { name, documentation } of plans) {
    const { operationId } = documentation;
    if (operationId === undefined) continue;
    const other = seen.get(operationId);
    seen.set(operationId, name);
    if (other === undefined) continue;
    faults.push({
      code: 'DOCUMENTATION_INVALID',
      where: `${other} and ${name}`,
      problem: `both have the operationId ${operationId}`,
      fix: 'give each a name of its own, or leave it out',
    });
  }
}
