import type { SecurityRequirement, SetupFault } from '@sluice/core';
import { throwFaults, type RoutePlan } from '@sluice/core/internal';
import type { FastifyInstance, FastifyPluginCallback, FastifySchema } from 'fastify';

import { refResolver } from './ref-resolver.js';
import { transformObject } from './transform-object.js';

/** What the document of a registration says of itself, and where it is. */
export interface DocsOptions {
  /** Name of the API. */
  title: string;
  /** Version of the API. */
  version: string;
  /** Text about the API, in Markdown. Default: none. */
  description?: string;
  /** Version of OpenAPI. Default 3.1.0; in 3.2.0 the items of streams are `itemSchema`, else `x-item-schema`. */
  openapi?: '3.1.0' | '3.2.0';
  /** Where the API is, for clients that are made of the document. Default: where the document was read. */
  servers?: readonly { url: string; description?: string }[];
  /** The groups of the document in their order, with what they are about. Default: those of the routes. */
  tags?: readonly { name: string; description?: string }[];
  /** How clients prove who they are, by the names that `security` uses: `{ bearer: { type: 'http', scheme: 'bearer' } }`. */
  securitySchemes?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Security schemes that all routes need which name none. Default: none. */
  security?: readonly SecurityRequirement[];
  /** Path of the document, below the plugin's prefix; null serves none. Default `/openapi.json`. */
  openapiUrl?: string | null;
  /** Path of the page on which a person reads and tries it, below the prefix; null serves none. Default `/docs`. */
  docsUrl?: string | null;
}

/** Keeps the document's own route out of it. Fastify's type does not know the word. */
const HIDDEN: FastifySchema & { readonly hide: boolean } = { hide: true };

/** Registers @fastify/swagger, and @fastify/swagger-ui where a page is wanted, for the routes that are mounted after. */
export async function serveDocs(instance: FastifyInstance, docs: DocsOptions): Promise<void> {
  const { openapi = '3.1.0', openapiUrl = '/openapi.json', docsUrl = '/docs' } = docs;
  const { title, version, description, servers, tags, security, securitySchemes } = docs;
  // Not imported: the packages are there only for who uses this option. Their types would be needed by everybody.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
  const swagger = loadPackage('@fastify/swagger', () => require('@fastify/swagger') as unknown);
  const page =
    docsUrl === null
      ? undefined
      : // eslint-disable-next-line @typescript-eslint/no-require-imports -- see above
        loadPackage('@fastify/swagger-ui', () => require('@fastify/swagger-ui') as unknown);
  await instance.register(swagger, {
    openapi: {
      openapi,
      info: { title, version, ...(description === undefined ? {} : { description }) },
      ...(servers === undefined ? {} : { servers }),
      ...(tags === undefined ? {} : { tags }),
      ...(security === undefined ? {} : { security }),
      ...(securitySchemes === undefined ? {} : { components: { securitySchemes } }),
    },
    // A server's path is not taken from the paths: Sluice's prefix is in them, and a server's may be that of a proxy.
    stripBasePath: false,
    refResolver,
    transformObject,
  });
  if (openapiUrl !== null) {
    const { swagger: toDocument } = instance as unknown as { swagger: () => object };
    instance.get(openapiUrl, { schema: HIDDEN }, () => toDocument());
  }
  if (page === undefined) return;
  // Without the prefix, the page would ask for its scripts at the root of the server.
  await instance.register(page, { routePrefix: docsUrl, indexPrefix: instance.prefix, theme: { title } });
}

/** Checks the options of `docs`, and that it has the security schemes that routes name. */
export function checkDocs(docs: DocsOptions, hasSwagger: boolean, plans: readonly RoutePlan[]): void {
  const faults: SetupFault[] = [];
  const add = (problem: string, fix: string): void => {
    faults.push({ code: 'OPTIONS_INVALID', where: 'register(sluice, options)', problem, fix });
  };
  if (hasSwagger) {
    add(
      '`docs` is there, and the host has @fastify/swagger, whose document shows these routes already',
      'leave one of them out',
    );
  }
  for (const name of ['title', 'version'] as const) {
    const given: unknown = docs[name];
    if (typeof given !== 'string')
      add(`\`docs.${name}\` is missing`, "write docs: { title: 'Items', version: '1.0.0' }");
  }
  for (const name of ['openapiUrl', 'docsUrl'] as const) {
    const url = docs[name];
    if (typeof url === 'string' && !/^\/./.test(url)) {
      add(
        `\`docs.${name}\` ${url} is no path`,
        `write a path such as '/${name === 'docsUrl' ? 'docs' : 'openapi.json'}'`,
      );
    }
  }
  // @fastify/swagger would fail on a name that it does not know, and not say which.
  const known = Object.keys(docs.securitySchemes ?? {});
  for (const { name: where, documentation } of plans) {
    for (const scheme of (documentation.security ?? []).flatMap((each) => Object.keys(each))) {
      if (known.includes(scheme)) continue;
      const problem = `\`security\` names ${scheme}, which is not in \`docs.securitySchemes\``;
      const fix = `write docs: { securitySchemes: { ${scheme}: { type: 'http', scheme: 'bearer' } } }`;
      faults.push({ code: 'DOCUMENTATION_INVALID', where, problem, fix });
    }
  }
  throwFaults(faults);
}

function loadPackage(name: string, load: () => unknown): FastifyPluginCallback<Record<string, unknown>> {
  try {
    return load() as FastifyPluginCallback<Record<string, unknown>>;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MODULE_NOT_FOUND') throw error;
    const problem = `\`docs\` needs the package ${name}, which is not installed`;
    const where = 'register(sluice, options)';
    throwFaults([{ code: 'PACKAGE_MISSING', where, problem, fix: `npm install ${name}` }]);
    throw error;
  }
}
