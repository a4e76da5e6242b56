import { Facts } from './facts.js';
import { readChunks, readText, send } from './request.js';
import { startTimeline } from './timeline.js';

const TEXTS = '/api/live/texts';
const POLL_INTERVAL = 20;
const PATIENCE = 5000;
const SECOND = 1000;

/** Reads a text while it is written, and stops the writing. */
export class TextReader {
  #card;
  #tryButton;
  #stopButton;
  #facts = new Facts(['Words here', 'First after', 'A second']);
  #stop;
  #addLine;
  #text;
  #begin;
  #first;

  constructor(card) {
    this.#card = card;
    this.#tryButton = card.form.querySelector('button');
    this.#stopButton = card.form.querySelector('[data-action="stop"]');
    card.extra.before(this.#facts.element);
    card.onTry(() => this.#run());
    // Not by `onButton`, which waits until nothing runs.
    this.#stopButton.addEventListener('click', () => {
      this.#addLine(`Stop was pressed: ${this.#words} words are here`);
      this.#stop.abort();
    });
  }

  get #words() {
    return this.#text.split(' ').length - 1;
  }

  async #run() {
    this.#stop = new AbortController();
    this.#addLine = startTimeline(this.#card);
    this.#text = '';
    this.#first = undefined;
    this.#begin = performance.now();
    this.#card.showStatus('waiting', 'Waiting…');
    const response = await send({ ...this.#card.request, signal: this.#stop.signal });
    if (!response.ok) {
      this.#card.showHead(response, 'no text');
      this.#card.showBody(await readText(response), response.headers.get('content-type') ?? '');
      return;
    }
    this.#card.showHead(response, 'the text is being written');
    this.#showButtons(true);
    try {
      await this.#read(response);
      this.#addLine(`the text is complete: ${this.#words} words`);
      this.#card.showStatus('success', 'Complete');
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
      this.#card.showStatus('success', 'Stopped');
      await this.#watchEnd(response.headers.get('x-writing-id'));
    } finally {
      this.#showButtons(false);
    }
  }

  async #read(response) {
    this.#card.body.textContent = '';
    const decoder = new TextDecoder();
    for await (const chunk of readChunks(response)) {
      const text = decoder.decode(chunk, { stream: true });
      this.#text += text;
      this.#card.body.append(text);
      this.#card.body.scrollTop = this.#card.body.scrollHeight;
      this.#showPace();
    }
  }

  #showPace() {
    const time = performance.now() - this.#begin;
    this.#first ??= time;
    this.#facts.show({
      'Words here': this.#words,
      'First after': `${Math.round(this.#first)} ms`,
      'A second': (this.#words / (time / SECOND)).toFixed(1),
    });
  }

  /** The service’s own count, when it has noticed, and a second later: it must not have grown. */
  async #watchEnd(id) {
    let writing = await find(id);
    const end = performance.now() + PATIENCE;
    while (writing.state === 'writing' && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
      writing = await find(id);
    }
    const noticed = writing.words;
    this.#addLine(`the service says: ${writing.state}, ${noticed} words written`);
    await new Promise((resolve) => setTimeout(resolve, SECOND));
    writing = await find(id);
    this.#addLine(
      `a second later: ${writing.words} words, ${writing.words - noticed} of them after the stop`,
    );
  }

  #showButtons(running) {
    // A button that is disabled cannot keep the focus.
    if (!running && document.activeElement === this.#stopButton) this.#tryButton.focus();
    this.#stopButton.disabled = !running;
  }
}

async function find(id) {
  return JSON.parse(await readText(await send({ method: 'GET', path: `${TEXTS}/${id}` })));
}
