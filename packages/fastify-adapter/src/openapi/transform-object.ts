import { nameDiscriminators } from './name-discriminators.js';
import { ITEM_SCHEMA, OPTIONAL_BODY } from './route-schema.js';

type Node = Record<string, unknown>;

/**
 * For @fastify/swagger of the host: says what its options for routes have no words for. A request body that may be left out
 * is not required, and a document of OpenAPI 3.2 has the items of streams as `itemSchema`; without it, and in earlier
 * versions, they are in `x-item-schema`. A union of a response that a property tells apart has its `discriminator`.
 */
export function transformObject(input: object): object {
  const document = (input as { openapiObject: Node }).openapiObject;
  nameDiscriminators(document);
  const hasItemSchema = /^3\.(?:[2-9]|\d\d)/.test(String(document.openapi));
  for (const item of nodesOf(document.paths)) {
    for (const operation of nodesOf(item)) {
      if (operation[OPTIONAL_BODY] === true && isNode(operation.requestBody)) {
        operation.requestBody.required = false;
        Reflect.deleteProperty(operation, OPTIONAL_BODY);
      }
      if (!hasItemSchema) continue;
      for (const response of nodesOf(operation.responses)) {
        for (const media of nodesOf(response.content)) {
          if (media[ITEM_SCHEMA] === undefined) continue;
          media.itemSchema = media[ITEM_SCHEMA];
          Reflect.deleteProperty(media, ITEM_SCHEMA);
        }
      }
    }
  }
  return document;
}

function nodesOf(parent: unknown): Node[] {
  return isNode(parent) ? Object.values(parent).filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
