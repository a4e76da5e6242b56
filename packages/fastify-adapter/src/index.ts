import './augment.js';

export { sluice, sluice as default, type SluiceOptions } from './plugin.js';
