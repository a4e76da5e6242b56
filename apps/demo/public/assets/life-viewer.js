import { LifeChart } from './life-chart.js';
import { readChunks, readText, send } from './request.js';
import { startTimeline } from './timeline.js';

const POLL_INTERVAL = 60;
const PATIENCE = 5000;
// Two of four.
const CHUNKS_BEFORE_LEAVING = 2;

/** Sends one request, and shows what it opened and closed in the service while it goes on and afterwards. */
export class LifeViewer {
  #card;
  #chart = new LifeChart();
  #ending;
  #addLine;

  constructor(card) {
    this.#card = card;
    this.#ending = card.form.querySelector('#life-ending');
    // Whoever copies the command may call it as they like; two pages must not get each other's.
    card.form.elements.namedItem('name').value = `page-${Math.random().toString(36).slice(2, 10)}`;
    card.showCommand();
    card.extra.before(this.#chart.element);
    card.onTry(() => this.#run());
  }

  async #run() {
    const leaving = new AbortController();
    const leaves = this.#ending.selectedOptions[0].hasAttribute('data-leaves');
    this.#addLine = startTimeline(this.#card);
    this.#chart.show([]);
    this.#card.showStatus('waiting', 'Waiting…');
    const response = await send({ ...this.#card.request, signal: leaving.signal });
    this.#card.showHead(response, 'the body is arriving');
    const following = this.#follow();
    await this.#read(response, leaves ? leaving : undefined);
    const events = await following;
    for (const { ms, text } of events) this.#addLine(text, ms);
  }

  async #read(response, leaving) {
    const card = this.#card;
    card.body.textContent = '';
    if (!response.ok) {
      card.showHead(response, 'refused');
      card.showBody(await readText(response), response.headers.get('content-type') ?? '');
      return;
    }
    const decoder = new TextDecoder();
    let chunks = 0;
    try {
      for await (const bytes of readChunks(response)) {
        card.body.append(decoder.decode(bytes, { stream: true }));
        chunks += 1;
        if (leaving !== undefined && chunks === CHUNKS_BEFORE_LEAVING) leaving.abort();
      }
      card.showStatus('success', 'Complete');
    } catch (error) {
      if (leaving?.signal.aborted === true) card.showStatus('success', 'Left in mid-stream');
      else card.showStatus('failure', 'Broken off', `: ${error.message}`);
    }
  }

  /** Asks the service until the last thing of the request is closed. */
  async #follow() {
    const { path } = this.#card.request;
    const { pathname, searchParams } = new URL(path, location.href);
    const begin = performance.now();
    for (;;) {
      const response = await send({ method: 'GET', path: `${pathname}/${searchParams.get('name')}` });
      const { events } = JSON.parse(await readText(response));
      this.#chart.show(events);
      if (isOver(events) || performance.now() - begin > PATIENCE) return events;
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    }
  }
}

/** All that began has ended. */
function isOver(events) {
  const count = (edge) => events.filter((event) => event.edge === edge).length;
  return events.some(({ part }) => part === 'body') && count('begin') === count('end');
}
