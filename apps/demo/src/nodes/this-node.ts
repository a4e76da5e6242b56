import { dependency } from '@sluice/core';

import { type NodeSettings, toSettings } from '../settings.js';

/** Which of several nodes this one is, and what it shares with the others. */
export const thisNode = dependency({}, (): NodeSettings => toSettings(process.env).node, { scope: 'app' });
