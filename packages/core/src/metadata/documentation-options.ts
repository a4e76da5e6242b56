import type { ModelSpec } from './model-spec.js';
import type { TypeSpec } from './types.js';

/** Names of security schemes of the document, each with the scopes that it must grant; alternatives are a list of these. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** What the documentation says of one response beside that which the method makes. */
export interface ResponseDocumentation {
  /** Default: the phrase of the status. */
  description?: string;
  /** Type of the body: a model class, a list of one, a scalar. Default: nothing is said of the body. */
  model?: ModelSpec;
  /** Media type of the body. Default `application/json` where there is a `model`. */
  mediaType?: string;
  /** Headers by name. */
  headers?: Readonly<Record<string, { description?: string; type?: TypeSpec }>>;
}

/** What the documentation says of a body that no `@Body` reads: an upload that is streamed from the request. */
export interface RequestBodyDocumentation {
  /** Media type: `multipart/form-data`, `application/pdf`. */
  mediaType: string;
  /** Type of the body: a model class of a form's fields, in which a file is a `Buffer`. Default: bytes. */
  model?: ModelSpec;
  /** What it is. Default: nothing is said. */
  description?: string;
  /** Whether it must be there. Default true. */
  required?: boolean;
}

/** Responses by status: `404`, `'4XX'`, or `'default'`. */
export type ResponseDocumentations = Readonly<Record<number | string, ResponseDocumentation>>;

/** What a controller says for the documentation of all its routes. */
export interface ControllerDocumentation {
  /** Groups of the document under which the routes are shown; those of a route come after. Default: none. */
  tags?: readonly string[];
  /** Whether the routes are on their way out. Default false. */
  deprecated?: boolean;
  /** Security schemes of which one must be met, for the document only. Default: those of the whole document. */
  security?: readonly SecurityRequirement[];
  /** Responses that every route can give, by status. */
  responses?: ResponseDocumentations;
  /** Whether the document shows the routes. Default true. */
  includeInSchema?: boolean;
}

/** What a route says for its documentation. */
export interface RouteDocumentationOptions extends ControllerDocumentation {
  /** One line. Default: made of the method's name, `readItem` is "Read Item". */
  summary?: string;
  /** Text of any length, in Markdown. Default: none. */
  description?: string;
  /** Name of the operation, one of its kind in the document: generated clients name functions for it. Default `ItemsController_readItem`. */
  operationId?: string;
  /** A body that no `@Body` reads, for the document only. Default: that of `@Body`, else none. */
  requestBody?: RequestBodyDocumentation;
  /** What the response of the method is. Default "Successful Response". */
  responseDescription?: string;
  /**
   * What the events hold that a method yields, by the name of the event: `{ item_update: ItemOut, done: Done }`. Of their data
   * that is sent, as by a `responseModel`; those of other names are sent as they are. The default event has the name
   * `message`. In the document they are `oneOf`.
   */
  events?: Readonly<Record<string, ModelSpec>>;
}
