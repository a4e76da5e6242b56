import { send } from './request.js';

const ITEMS_ADDED = 100;
const ADDED_AT_ONCE = 5;
const PREVIEW_LENGTH = 1500;

/** Reads the export as it arrives, and counts its rows. */
export async function exportCsv(card) {
  card.showStatus('waiting', 'Waiting…');
  const response = await send(card.request);
  card.showHead(response, 'arriving');
  card.body.textContent = '';
  const counter = new RowCounter();
  const report = document.createElement('p');
  card.extra.replaceChildren(report);

  let preview = '';
  let bytes = 0;
  let chunks = 0;
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const text = decoder.decode(read.value, { stream: true });
    counter.add(text);
    bytes += read.value.byteLength;
    chunks += 1;
    preview = (preview + text).slice(0, PREVIEW_LENGTH);
    card.body.textContent = preview;
    report.textContent = `${Math.max(counter.rows - 1, 0)} rows below the header, in ${chunks} chunks so far`;
  }
  report.textContent = `${counter.rows - 1} rows below the header, in ${chunks} ${chunks === 1 ? 'chunk' : 'chunks'}`;
  card.showHead(response, `${bytes} bytes`);
  if (bytes > PREVIEW_LENGTH) card.body.textContent += '\n…';
}

/** Makes an export worth the name. */
export async function addItems(card) {
  const report = document.createElement('p');
  card.extra.replaceChildren(report);
  let added = 0;
  const addSome = async () => {
    while (added < ITEMS_ADDED) {
      added += 1;
      const item = { name: `Sample ${added}, of ${ITEMS_ADDED}`, price: added };
      const headers = { 'content-type': 'application/json' };
      await send({ method: 'POST', path: '/api/items', headers, body: JSON.stringify(item) });
    }
  };
  report.textContent = `Adding ${ITEMS_ADDED} items…`;
  await Promise.all(Array.from({ length: ADDED_AT_ONCE }, addSome));
  report.textContent = `${ITEMS_ADDED} items added. Try the export again.`;
}

/** Counts the rows of CSV that comes in pieces: a line break between quotes belongs to its cell. */
class RowCounter {
  rows = 0;
  #quoted = false;

  add(text) {
    for (const character of text) {
      if (character === '"') this.#quoted = !this.#quoted;
      else if (character === '\n' && !this.#quoted) this.rows += 1;
    }
  }
}
