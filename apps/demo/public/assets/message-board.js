import { readText, send } from './request.js';

const HERE = '/api/nodes/here';
// As many as the service keeps for who comes later.
const SHOWN = 20;

/** Publishes messages, and shows those of all nodes with where each comes from. */
export class MessageBoard {
  #card;
  #here = document.createElement('p');
  #messages = document.createElement('div');
  #connectButton;
  #disconnectButton;
  #source;
  #name;

  constructor(card) {
    this.#card = card;
    this.#here.className = 'here';
    this.#messages.className = 'messages';
    // What is added is read out, as with the lines of a chat.
    this.#messages.setAttribute('role', 'log');
    this.#messages.setAttribute('aria-label', 'Messages');
    card.extra.before(this.#here, this.#messages);

    card.onTry(async () => {
      await this.#connect();
      await card.exchange();
    });
    this.#connectButton = card.onButton('connect', () => this.#connect());
    this.#disconnectButton = card.onButton('disconnect', () => this.#disconnect());
  }

  async #connect() {
    if (this.#source !== undefined) return;
    this.#card.showStatus('waiting', 'Connecting…');
    const { path } = this.#card.request;
    await this.#showNode();
    const source = new EventSource(path);
    source.addEventListener('open', () => this.#card.showStatus('success', 'Connected'));
    source.addEventListener('error', () => this.#onError(source));
    source.addEventListener('message', ({ data }) => this.#add(JSON.parse(data)));
    source.addEventListener('reset', () => this.#onReset());
    this.#messages.replaceChildren();
    this.#source = source;
    this.#showButtons(true);
    await new Promise((resolve) => {
      for (const event of ['open', 'error']) source.addEventListener(event, resolve, { once: true });
    });
  }

  #disconnect() {
    this.#source.close();
    this.#source = undefined;
    this.#card.showStatus('success', 'Disconnected');
    this.#showButtons(false);
  }

  async #showNode() {
    const { name, process, shared } = JSON.parse(await readText(await send({ method: 'GET', path: HERE })));
    this.#name = name;
    const reach = shared ? 'shares its messages with the others over Redis' : 'is the only one';
    this.#here.replaceChildren(
      'This page comes from ',
      this.#toBadge(name),
      `process ${process}, which ${reach}.`,
    );
  }

  #add({ text, node }) {
    const line = document.createElement('p');
    line.append(this.#toBadge(node), text);
    this.#messages.append(line);
    if (this.#messages.childElementCount > SHOWN) this.#messages.firstElementChild.remove();
  }

  #toBadge(name) {
    const badge = document.createElement('span');
    const isHere = name === this.#name;
    badge.className = 'node';
    badge.toggleAttribute('data-here', isHere);
    badge.textContent = isHere ? `${name} (here)` : name;
    return badge;
  }

  /** What the page has is not all: what the service still keeps follows. */
  #onReset() {
    this.#messages.replaceChildren();
  }

  #onError(source) {
    if (source !== this.#source) return;
    if (source.readyState === EventSource.CLOSED) {
      // The service answered, and not with events.
      this.#disconnect();
      this.#card.showStatus('failure', 'Refused', ': try again later');
    } else this.#card.showStatus('failure', 'Connection lost', ', the browser connects again');
  }

  #showButtons(connected) {
    // A button that is disabled cannot keep the focus.
    const [enabled, disabled] = connected
      ? [this.#disconnectButton, this.#connectButton]
      : [this.#connectButton, this.#disconnectButton];
    enabled.disabled = false;
    // A button that is disabled cannot keep the focus.
    if (document.activeElement === disabled) enabled.focus();
    disabled.disabled = true;
  }
}
