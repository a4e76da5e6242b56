// For adapters: what a server needs to compile controllers and to send what they return. Not covered by semantic versioning.
export { checkBackground, eachTask } from './background/background-tasks.js';
export type { AppScope } from './dependencies/app-scope.js';
export { findUnusedOverrides, readOverrides } from './dependencies/overrides.js';
export { RequestScopes } from './dependencies/request-scopes.js';
export { throwFaults } from './errors/setup-error.js';
export { hasNoBody } from './http/status.js';
export { compileController, type CompileOptions } from './plan/compile-controller.js';
export { createAppScope } from './plan/create-app-scope.js';
export { joinPath, parsePath } from './plan/path.js';
export type { RequestContext, RequestInput, RoutePlan } from './plan/route-plan.js';
export { isFetchResponse } from './responses/fetch-response.js';
export { isIterator, renderResult } from './responses/render-result.js';
export type {
  ChunkEncoding,
  ChunksBody,
  EventStreamParts,
  FileBody,
  FileOptions,
  HeaderField,
  ResponseBody,
  ResponseParts,
  StreamParts,
  TemplateBody,
} from './responses/response-parts.js';
export { assertJson } from './responses/to-json.js';
export { isEventFeed, type EventBatch, type EventFeed } from './sse/event-feed.js';
export { Components, SCHEMA_SCHEME } from './schema/components.js';
export { documentOperation } from './schema/document-operation.js';
export type { Operation, OperationParameter, OperationResponse } from './schema/operation.js';
export type { JsonSchema } from './schema/json-schema.js';
export { SchemaNames } from './schema/schema-names.js';
export { compileConverter } from './validation/compile-converter.js';
export { openSource, type OpenSource } from './streams/chunk-source.js';
export { isThenable } from './values/is-thenable.js';
export { isTimerDelay } from './values/is-timer-delay.js';
