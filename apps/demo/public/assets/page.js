import { watchBackgroundTask } from './background-task.js';
import { Card } from './card.js';
import { showContents } from './contents.js';
import { createItem } from './create-item.js';
import { CsvExport } from './export-csv.js';
import { setUpEvents } from './item-events.js';
import { LifeViewer } from './life-viewer.js';
import { LoadViewer } from './load-viewer.js';
import { setUpMelody } from './melody.js';
import { MessageBoard } from './message-board.js';
import { PausableDownload } from './pausable-download.js';
import { SourceViews } from './source-view.js';
import { StoredTask } from './stored-task.js';
import { watchTemporaryFile } from './temporary-file.js';
import { TextReader } from './text-reader.js';

/** What a card does, by its id; all others show the answer to one request. */
const SET_UP = {
  background: (card) => card.onTry(watchBackgroundTask),
  create: (card) => card.onTry(createItem),
  events: setUpEvents,
  export: (card) => new CsvExport(card),
  life: (card) => new LifeViewer(card),
  load: (card) => new LoadViewer(card),
  melody: setUpMelody,
  nodes: (card) => new MessageBoard(card),
  pausable: (card) => new PausableDownload(card),
  stored: (card) => new StoredTask(card),
  temporary: (card) => card.onTry(watchTemporaryFile),
  writing: (card) => new TextReader(card),
};

showContents(document.querySelector('#contents'), document.querySelector('main'));

const sources = new SourceViews();
for (const article of document.querySelectorAll('.card')) {
  const card = new Card(article);
  const setUp = SET_UP[article.id] ?? (() => card.onTry(() => card.exchange()));
  setUp(card);
  // One that shows at first sight what the others will show.
  if (article.hasAttribute('data-at-once')) card.form.requestSubmit();
  void sources.show(article.querySelector('.source'), article.querySelector('h3').textContent);
}
