import path from 'node:path';

import { dependency } from '@sluice/core';

import { dataFolder } from '../data-folder.js';
import { nameSetting } from '../settings.js';
import { ItemStore } from './item-store.js';

/** The items, open for as long as the server lives: closed when the last response and background task have ended. */
export const openItemStore = dependency(
  { folder: dataFolder },
  async function* ({ folder }) {
    const store = await nameSetting('DATA_FOLDER', ItemStore.open(path.join(folder, 'items')));
    try {
      yield store;
    } finally {
      await store.close();
    }
  },
  { scope: 'app' },
);
