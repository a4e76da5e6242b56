import { Facts } from './facts.js';
import { readChunks, send } from './request.js';

const ITEMS_ADDED = 100;
const ADDED_AT_ONCE = 5;
const PREVIEW_LENGTH = 1500;

/** Reads the export as it arrives, and counts its rows and bytes. */
export class CsvExport {
  #card;
  #facts = new Facts(['Rows', 'Bytes', 'Chunks', 'Rows a second']);

  constructor(card) {
    this.#card = card;
    card.extra.before(this.#facts.element);
    card.onTry(() => this.#run());
    card.onButton('fill', () => addItems(card));
    const saveLink = card.form.querySelector('a');
    card.form.addEventListener('input', () => (saveLink.href = card.request.path));
  }

  async #run() {
    const card = this.#card;
    card.extra.replaceChildren();
    card.showStatus('waiting', 'Waiting…');
    const begin = performance.now();
    const response = await send(card.request);
    card.showHead(response, 'arriving');
    card.body.textContent = '';

    const counter = new RowCounter();
    let preview = '';
    let bytes = 0;
    let chunks = 0;
    const showProgress = () => {
      // The header is no row of its own.
      const rows = Math.max(counter.rows - 1, 0);
      const seconds = (performance.now() - begin) / 1000;
      this.#facts.show({
        Rows: rows.toLocaleString('en'),
        Bytes: bytes.toLocaleString('en'),
        Chunks: chunks.toLocaleString('en'),
        'Rows a second': Math.round(rows / seconds).toLocaleString('en'),
      });
    };
    showProgress();
    const decoder = new TextDecoder();
    for await (const chunk of readChunks(response)) {
      counter.add(chunk);
      bytes += chunk.byteLength;
      chunks += 1;
      if (preview.length < PREVIEW_LENGTH) {
        preview = (preview + decoder.decode(chunk, { stream: true })).slice(0, PREVIEW_LENGTH);
        card.body.textContent = preview;
      }
      showProgress();
    }
    card.showHead(response, `complete in ${Math.round(performance.now() - begin)} ms`);
    if (bytes > PREVIEW_LENGTH) card.body.textContent += '\n…';
  }
}

/** Makes an export worth the name. */
async function addItems(card) {
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

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** Counts the rows of CSV that comes in pieces: a line break between quotes belongs to its cell. */
class RowCounter {
  rows = 0;
  #quoted = false;

  /** No other character of UTF-8 has these bytes in it. */
  add(bytes) {
    for (const byte of bytes) {
      if (byte === QUOTE) this.#quoted = !this.#quoted;
      else if (byte === LINE_FEED && !this.#quoted) this.rows += 1;
    }
  }
}
