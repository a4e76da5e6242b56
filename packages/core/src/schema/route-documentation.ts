import type {
  RequestBodyDocumentation,
  ResponseDocumentations,
  SecurityRequirement,
} from '../metadata/documentation-options.js';
import type { ModelSpec } from '../metadata/model-spec.js';
import type { ShapeDocument } from './shape-schema.js';

/** What the body of the response that a method makes is. */
export type DocumentedBody =
  | { readonly kind: 'none' }
  /** No body, and a `Location`. */
  | { readonly kind: 'redirect' }
  | { readonly kind: 'text' | 'binary'; readonly mediaType: string }
  /** `model` is undefined for any JSON value. */
  | { readonly kind: 'json'; readonly mediaType: string; readonly model: ShapeDocument | undefined }
  /** One JSON value after another, each of `model`, as lines or as the data of events. */
  | {
      readonly kind: 'items';
      readonly mediaType: string;
      readonly framing: 'lines' | 'events';
      readonly model: ShapeDocument | undefined;
      /** What events hold by their names; undefined where the route declares none. */
      readonly events: Readonly<Record<string, ModelSpec>> | undefined;
    };

/** What is documented of a route beside its inputs, with the defaults filled in. Frozen. */
export interface RouteDocumentation {
  readonly hidden: boolean;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** Undefined where none was given. */
  readonly operationId: string | undefined;
  readonly security: readonly SecurityRequirement[] | undefined;
  /** What is said of a body that no input reads. */
  readonly requestBody?: RequestBodyDocumentation | undefined;
  readonly responseDescription: string;
  readonly body: DocumentedBody;
  /** Further responses, those of the route over those of its controller. */
  readonly responses: ResponseDocumentations;
}
