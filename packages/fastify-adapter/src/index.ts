import './augment.js';

export { sluice, type SluiceOptions } from './plugin.js';
