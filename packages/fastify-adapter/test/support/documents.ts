import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { Constructor } from '@sluice/core';
import { refResolver, sluice, transformObject, type SluiceOptions } from '@sluice/fastify-adapter';
import Fastify, { type FastifyInstance } from 'fastify';

/** What tests read of a document. */
export interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
}

interface DocumentedOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: unknown; readonly content?: unknown }>
  >;
}

/** A host with @fastify/swagger and Sluice, in this order. */
export async function createDocumented(
  controllers: readonly Constructor[],
  { openapi = '3.1.0', ...options }: Partial<FastifyDynamicSwaggerOptions> & { openapi?: string } = {},
  sluiceOptions: Partial<SluiceOptions> = {},
): Promise<FastifyInstance> {
  const app = Fastify();
  await app.register(swagger, {
    openapi: { openapi, info: { title: 'Items', version: '1.0.0' } },
    refResolver,
    transformObject,
    ...options,
  });
  await app.register(sluice, { controllers, ...sluiceOptions });
  return app;
}

/** The document of a host, from which it is then closed. */
export async function documentOf(app: FastifyInstance): Promise<Document> {
  await app.ready();
  // As it leaves the process.
  const document = JSON.parse(JSON.stringify(app.swagger())) as Document;
  await app.close();
  return document;
}
