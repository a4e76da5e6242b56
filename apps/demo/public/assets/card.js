import { highlight } from './highlight.js';
import { keepReachable } from './keep-reachable.js';
import { NoAnswerError, readBytes, send, toCurl, toRequest } from './request.js';

const template = document.querySelector('#exchange-template');

// More text than this makes a page slow, and nobody reads it.
const MOST_SHOWN = 20_000;

/** The part of a card in which a request is tried: its form, the request, and what came back. */
export class Card {
  constructor(article) {
    this.form = article.querySelector('form');
    const exchange = template.content.cloneNode(true).firstElementChild;
    article.querySelector('.try').append(exchange);

    const find = (selector) => exchange.querySelector(selector);
    this.extra = find('.extra');
    this.status = find('.status');
    this.answer = find('.answer');
    this.headers = find('.headers');
    this.body = find('.body');
    this.command = find('.command');
    find('.method').textContent = this.form.dataset.method ?? 'GET';
    find('.path').textContent = this.form.getAttribute('action');

    // All buttons read “Try”, all boxes “Headers”: the title says of what.
    const title = article.querySelector('h3');
    this.form.querySelector('button').setAttribute('aria-describedby', title.id);
    for (const [box, name] of [
      [this.command, 'Command'],
      [this.headers, 'Headers'],
      [this.body, 'Body'],
    ]) {
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', `${name}: ${title.textContent}`);
      keepReachable(box);
    }

    this.#offerCopy(find('.copy'), title.id);
    this.form.addEventListener('input', () => this.showCommand());
    this.showCommand();
  }

  /** The request as the form stands now. */
  get request() {
    return toRequest(this.form);
  }

  /** Runs `action` each time the form is sent, one run at a time. */
  onTry(action) {
    this.form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#run(action);
    });
  }

  /** Runs `action` when a button other than Try is pressed. */
  onButton(name, action) {
    const button = this.form.querySelector(`[data-action="${name}"]`);
    button.addEventListener('click', () => void this.#run(action));
    return button;
  }

  showCommand() {
    this.command.textContent = toCurl(this.request, this.form.dataset.curl);
  }

  /** Sends the request, and shows all of what came back. */
  async exchange() {
    this.showStatus('waiting', 'Waiting…');
    const begin = performance.now();
    const response = await send(this.request);
    const bytes = await readBytes(response);
    const duration = performance.now() - begin;
    const text = new TextDecoder().decode(bytes);
    this.showHead(response, `${bytes.byteLength} bytes in ${Math.round(duration)} ms`);
    this.showBody(text, response.headers.get('content-type') ?? '');
    return { response, text };
  }

  showHead(response, note) {
    const from = response.redirected ? ` from ${response.url.slice(location.origin.length)}` : '';
    this.showStatus(
      response.ok ? 'success' : 'failure',
      `${response.status} ${response.statusText}`,
      `${from}, ${note}`,
    );
    this.showHeaders(response);
  }

  showHeaders(response) {
    this.headers.textContent = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
    this.answer.hidden = false;
  }

  showBody(text, mediaType) {
    const isJson = mediaType.startsWith('application/json');
    const readable = isJson ? JSON.stringify(JSON.parse(text), null, 2) : text;
    if (readable === '') this.body.textContent = '(none)';
    else if (readable.length > MOST_SHOWN) {
      const rest = readable.length - MOST_SHOWN;
      this.body.textContent = `${readable.slice(0, MOST_SHOWN)}\n… ${rest} more characters`;
    } else this.body.replaceChildren(...(isJson ? highlight(readable) : [readable]));
  }

  /** `kind` is `waiting`, `success` or `failure`; the head of the message stands out. */
  showStatus(kind, head, rest = '') {
    const strong = document.createElement('strong');
    strong.textContent = head;
    this.status.dataset.kind = kind;
    this.status.replaceChildren(strong, rest);
  }

  async #run(action) {
    if (this.form.ariaBusy === 'true') return;
    this.form.ariaBusy = 'true';
    try {
      await action(this);
    } catch (error) {
      if (error instanceof NoAnswerError) {
        this.showStatus('failure', 'No complete answer', `: ${error.message} (is the service running?)`);
        return;
      }
      // A fault of the page's own: here, and in the list of what does not work.
      this.showStatus('failure', 'The page failed', `: ${error.message}`);
      reportError(error);
    } finally {
      this.form.ariaBusy = 'false';
    }
  }

  #offerCopy(button, titleId) {
    // Browsers have a clipboard for pages from this machine or over HTTPS only.
    if (navigator.clipboard === undefined) return;
    button.hidden = false;
    button.setAttribute('aria-describedby', titleId);
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(this.command.textContent);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Refused';
      }
      setTimeout(() => (button.textContent = 'Copy curl'), 1500);
    });
  }
}
