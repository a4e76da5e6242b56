import './augment.js';

export type { FileCacheOptions } from './files/content-cache.js';
export { sluice, type SluiceOptions } from './plugin.js';
export type { OnResponseEnd, Outcome, ResponseEnd } from './response-end.js';
