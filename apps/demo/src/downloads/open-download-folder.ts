import path from 'node:path';

import { dependency } from '@sluice/core';

import { dataFolder } from '../data-folder.js';
import { nameSetting } from '../settings.js';
import { DownloadFolder } from './download-folder.js';

/** The files to download, one folder for the server. */
export const openDownloadFolder = dependency(
  { folder: dataFolder },
  ({ folder }) => nameSetting('DATA_FOLDER', DownloadFolder.open(path.join(folder, 'downloads'))),
  { scope: 'app' },
);
