import './augment.js';

export type { FileCacheOptions } from './files/content-cache.js';
export { refResolver } from './openapi/ref-resolver.js';
export type { DocsOptions } from './openapi/serve-docs.js';
export { transformObject } from './openapi/transform-object.js';
export { sluice } from './plugin.js';
export type { SluiceOptions } from './plugin-options.js';
export { taskCounts } from './server-lives.js';
export type { TaskCounts } from './task-runner.js';
export type { OnResponseEnd, Outcome, ResponseEnd } from './response-end.js';
