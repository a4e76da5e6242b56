import { watchBackgroundTask } from './background-task.js';
import { Card } from './card.js';
import { createItem } from './create-item.js';
import { CsvExport } from './export-csv.js';
import { setUpEvents } from './item-events.js';
import { LoadViewer } from './load-viewer.js';
import { setUpMelody } from './melody.js';
import { PausableDownload } from './pausable-download.js';
import { watchTemporaryFile } from './temporary-file.js';
import { TextReader } from './text-reader.js';

for (const id of [
  'json',
  'html',
  'text',
  'redirect',
  'visits',
  'list',
  'read',
  'delete',
  'download',
  'shelf',
]) {
  new Card(id).onTry((card) => card.exchange());
}

new Card('create').onTry(createItem);

new CsvExport(new Card('export'));

setUpEvents(new Card('events'));

new Card('background').onTry(watchBackgroundTask);

new PausableDownload(new Card('pausable'));

setUpMelody(new Card('melody'));

new Card('temporary').onTry(watchTemporaryFile);

new LoadViewer(new Card('load'));

new TextReader(new Card('writing'));
