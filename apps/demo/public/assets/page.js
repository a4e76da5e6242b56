import { watchBackgroundTask } from './background-task.js';
import { Card } from './card.js';
import { createItem } from './create-item.js';
import { addItems, exportCsv } from './export-csv.js';
import { setUpEvents } from './item-events.js';

for (const id of ['json', 'html', 'text', 'redirect', 'visits', 'list', 'read', 'delete', 'download']) {
  new Card(id).onTry((card) => card.exchange());
}

new Card('create').onTry(createItem);

const exportCard = new Card('export');
exportCard.onTry(exportCsv);
exportCard.onButton('fill', addItems);

setUpEvents(new Card('events'));

new Card('background').onTry(watchBackgroundTask);
