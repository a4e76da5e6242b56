// Decorators
export { Controller } from './decorators/controller.js';
export { Depends, dependency } from './decorators/dependencies.js';
export { Holds } from './decorators/holds.js';
export { Delete, Get, Head, Options, Patch, Post, Put } from './decorators/routes.js';
export { Body, Cookie, Header, Inject, Param, Query, Req } from './decorators/sources.js';
export type {
  RequestBodyDocumentation,
  ResponseDocumentation,
  ResponseDocumentations,
  SecurityRequirement,
} from './metadata/documentation-options.js';
export type {
  ControllerOptions,
  ResponseModelOptions,
  RouteOptions,
  ServerRouteOptions,
} from './metadata/route-options.js';
export type {
  ContextStorage,
  DeclarationOptions,
  Dependency,
  DependencyInputs,
  InputValues,
} from './metadata/dependency.js';
export type {
  DependencyOptions,
  DependencyScope,
  DependencyTarget,
  Provided,
} from './metadata/dependency-use.js';
export type { InlineRules } from './metadata/inline-rules.js';
export type { Source, SourceOptions } from './metadata/source.js';
export type { FieldSelection, FieldSelectionObject } from './metadata/field-selection.js';
export { nullable, record, union, type CompoundSpec, type ModelSpec } from './metadata/model-spec.js';
export type { Constructor, EnumObject, TypeSpec } from './metadata/types.js';

// Responses
export { EventSourceResponse, type EventSourceInit } from './responses/event-source-response.js';
export { FileResponse, type FileInit } from './responses/file-response.js';
export type { ContentCoding } from './responses/response-parts.js';
export { HTMLResponse } from './responses/html-response.js';
export { JSONLinesResponse } from './responses/json-lines-response.js';
export { JSONResponse } from './responses/json-response.js';
export { PlainTextResponse } from './responses/plain-text-response.js';
export { RedirectResponse } from './responses/redirect-response.js';
export { Response, type ResponseClass, type ResponseInit } from './responses/response.js';
export type { ResultModel } from './responses/result-model.js';
export { StreamingResponse } from './responses/streaming-response.js';
export { TemplateResponse, type TemplateInit } from './responses/template-response.js';
export type { ServerSentEventFields } from './sse/event-fields.js';
export { ServerSentEvent } from './sse/server-sent-event.js';
export type { Chunk, ChunkSource } from './streams/chunk-source.js';

// Channels
export type { Broker, BrokerChannel, BrokerEvent, BrokerHistory, BrokerReceiver } from './channels/broker.js';
export { Channel, type ChannelCounts, type EventDetails, type SubscribeOptions } from './channels/channel.js';
export type { ChannelOptions } from './channels/channel-options.js';
export type { WhenFull } from './channels/fan-out.js';
export { MemoryBroker } from './channels/memory-broker.js';
export type { Subscription, SubscriptionEnd } from './channels/subscription.js';

// HTTP
export type { ContentDisposition } from './http/content-disposition.js';
export type { CookieOptions } from './http/cookies.js';
export { ResponseHeaders, type HeadersInit, type HeaderValue } from './http/headers.js';

// After the response
export { BackgroundTask } from './background/background-task.js';
export { BackgroundTasks, type Background, type TaskAdder } from './background/background-tasks.js';
export type { TaskOptions } from './background/task-options.js';

// Errors
export { HTTPException } from './errors/http-exception.js';
export { RequestValidationError, type ErrorDetail } from './errors/request-validation-error.js';
export { ResponseError } from './errors/response-error.js';
export { SetupError, type SetupFault } from './errors/setup-error.js';
export type { ResponseCode, SetupCode } from './errors/error-codes.js';

// Validation
export type { Extra, ValidationOptions } from './validation/settings.js';

// Instances and overrides
export type { Container } from './dependencies/container.js';
export type { OverridesInit } from './dependencies/overrides.js';
