import { dependency } from '@sluice/core';

import { toSettings } from './settings.js';

/** The folder in which the service keeps its data. `createApp` puts what it is told in its place. */
export const dataFolder = dependency({}, () => toSettings(process.env).dataFolder, { scope: 'app' });
