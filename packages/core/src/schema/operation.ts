import type { SecurityRequirement } from '../metadata/documentation-options.js';
import type { JsonSchema } from './json-schema.js';

/** A parameter of an operation, in OpenAPI's words. */
export interface OperationParameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly schema: JsonSchema;
}

/** A response of an operation. */
export interface OperationResponse {
  readonly description: string;
  readonly headers: Readonly<Record<string, JsonSchema>> | undefined;
  /** Undefined where nothing is said of a body. `item` is the schema of one item of a stream. */
  readonly content:
    | { readonly mediaType: string; readonly schema: JsonSchema; readonly item: JsonSchema | undefined }
    | undefined;
}

/** What OpenAPI calls an operation, with references into `Components`. */
export interface Operation {
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly security: readonly SecurityRequirement[] | undefined;
  readonly parameters: readonly OperationParameter[];
  readonly body:
    | { readonly required: boolean; readonly mediaTypes: readonly string[]; readonly schema: JsonSchema }
    | undefined;
  readonly responses: Readonly<Record<string, OperationResponse>>;
}
