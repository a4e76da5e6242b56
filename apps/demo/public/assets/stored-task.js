import { Facts } from './facts.js';
import { NoAnswerError, readText, send } from './request.js';
import { SegmentBar } from './segment-bar.js';

const JOBS = '/api/jobs';
const DEAD_LETTERS = `${JOBS}/dead-letters`;
// Of this tab: another one watches its own.
const STORAGE_KEY = 'stored-task';
const STATES = {
  waiting: 'waiting for its turn',
  delayed: 'waiting for the next attempt',
  running: 'running',
};

/** Enqueues a task, and shows how far it is: after a reload and a restart of the service too. */
export class StoredTask {
  #card;
  #tryButton;
  #bar = new SegmentBar('progressbar', 'Progress of the stored task');
  #facts = new Facts(['State', 'Letters sent', 'Failed attempts', 'Run by process']);
  #deadLetters = document.createElement('ul');
  #noDeadLetters = document.createElement('p');
  #source;

  constructor(card) {
    this.#card = card;
    this.#tryButton = card.form.querySelector('button');
    const heading = document.createElement('h4');
    heading.textContent = 'Dead letters';
    this.#deadLetters.className = 'dead-letters';
    this.#deadLetters.setAttribute('aria-label', 'Dead letters');
    this.#noDeadLetters.textContent = 'None: no task has used up its attempts.';
    card.extra.append(heading, this.#deadLetters, this.#noDeadLetters);
    card.extra.before(this.#bar.element, this.#facts.element);
    this.#bar.element.ariaValueNow = '0';

    card.onTry(() => this.#enqueue());
    void this.#ask(() => this.#showDeadLetters());
    const id = sessionStorage.getItem(STORAGE_KEY);
    if (id !== null) this.#watch(id);
  }

  async #enqueue() {
    const { response, text } = await this.#card.exchange();
    if (response.status === 202) this.#watch(JSON.parse(text).id);
  }

  #watch(id) {
    this.#source?.close();
    sessionStorage.setItem(STORAGE_KEY, id);
    const source = new EventSource(`${JOBS}/${id}/progress`);
    source.addEventListener('message', ({ data }) => this.#show(JSON.parse(data)));
    source.addEventListener('error', () => void this.#ask(() => this.#onError(source, id)));
    this.#source = source;
  }

  #show({ state, failures, progress }) {
    const { sent = 0, letters = 1, process = '–' } = progress ?? {};
    this.#bar.show([{ from: 0, to: sent }], letters);
    this.#bar.element.ariaValueNow = String(Math.floor((sent / letters) * 100));
    this.#facts.show({
      State: state,
      'Letters sent': progress === null ? 0 : `${sent} of ${letters}`,
      'Failed attempts': failures,
      'Run by process': process,
    });
    if (state === 'done') this.#finish('success', 'Done');
    else if (state === 'dead') this.#finish('failure', 'Dead', ': its attempts are used up');
    else this.#card.showStatus('waiting', 'Accepted', `, ${STATES[state]}`);
  }

  /** The stream has ended with the task; an EventSource would ask for it again. */
  #finish(kind, head, rest) {
    this.#source.close();
    this.#card.showStatus(kind, head, rest);
    void this.#ask(() => this.#showDeadLetters());
  }

  async #onError(source, id) {
    if (source !== this.#source) return;
    if (source.readyState !== EventSource.CLOSED) {
      this.#card.showStatus('failure', 'Connection lost', ', the browser connects again');
      return;
    }
    // A page that is left is told of the end of its streams too, so that alone says nothing of the task.
    const { status } = await send({ method: 'GET', path: `${JOBS}/${id}` });
    if (status !== 404) return;
    sessionStorage.removeItem(STORAGE_KEY);
    this.#card.showStatus('failure', 'Unknown', ': the service does not keep this task any more');
  }

  /** What no press of Try began: a service that is not there is said in the card all the same. */
  async #ask(action) {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      this.#card.showStatus('failure', 'No complete answer', `: ${error.message} (is the service running?)`);
    }
  }

  async #showDeadLetters() {
    const letters = JSON.parse(await readText(await send({ method: 'GET', path: DEAD_LETTERS })));
    this.#deadLetters.replaceChildren(...letters.map((letter) => this.#toLine(letter)));
    this.#deadLetters.hidden = letters.length === 0;
    this.#noDeadLetters.hidden = letters.length > 0;
  }

  #toLine({ id, subject, error, failures, diedAt }) {
    const title = document.createElement('strong');
    title.id = `dead-${id}`;
    title.textContent = subject;
    const time = document.createElement('time');
    time.dateTime = diedAt;
    time.textContent = new Date(diedAt).toLocaleTimeString();
    const text = document.createElement('p');
    text.append(title, `: ${error}; ${failures} attempts, the last one at `, time);
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Retry';
    button.setAttribute('aria-describedby', title.id);
    button.addEventListener('click', () => void this.#ask(() => this.#retry(id)));
    const line = document.createElement('li');
    line.append(text, button);
    return line;
  }

  async #retry(id) {
    const response = await send({ method: 'POST', path: `${DEAD_LETTERS}/${id}/retry` });
    // Someone else was faster: the list is not what it was.
    if (response.ok) this.#watch(id);
    await this.#showDeadLetters();
    // The button is gone, and the focus with it.
    (this.#deadLetters.querySelector('button') ?? this.#tryButton).focus();
  }
}
