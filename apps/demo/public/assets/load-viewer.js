import { Facts } from './facts.js';
import { LineChart } from './line-chart.js';
import { Measurements } from './measurements.js';
import { NoAnswerError, readText, send } from './request.js';
import { startTimeline } from './timeline.js';

const STATE = '/api/live/load/state';
const CUT = '/api/live/load/cut';
// One minute, two a second: as much as the service keeps.
const SHOWN = 120;
const LEGEND =
  'the last minute; dashed, in a band: measured while the connection was broken, and sent afterwards';

/** Draws the load of the service as it comes, through every break of the connection. */
export class LoadViewer {
  #card;
  #connectButton;
  #disconnectButton;
  #breakButton;
  // The service tells by it whose connection to break.
  #name = Math.random().toString(36).slice(2);
  #facts = new Facts(['Viewers', 'Received', 'Missing', 'Twice', 'After a break']);
  #charts = {
    cpu: new LineChart({ title: 'CPU', unit: '%', length: SHOWN, leastTop: 10, legend: LEGEND }),
    memory: new LineChart({ title: 'Memory', unit: 'MB', length: SHOWN, leastTop: 100, legend: LEGEND }),
  };
  #measurements;
  #source;
  #head;
  #lost = false;
  /** Since when the page is connected again, and the newest number that it had before; until all of the break is here. */
  #back;
  /** How many measurements have arrived after a break. */
  #late;
  #addLine;

  constructor(card) {
    this.#card = card;
    this.#connectButton = card.form.querySelector('button');
    const charts = document.createElement('div');
    charts.className = 'charts';
    charts.append(this.#charts.cpu.element, this.#charts.memory.element);
    const legend = document.createElement('p');
    legend.className = 'legend';
    legend.textContent = 'measured while the connection was broken, and sent afterwards';
    card.extra.before(this.#facts.element, charts, legend);

    card.onTry(() => this.#connect());
    this.#disconnectButton = card.onButton('disconnect', () => this.#disconnect());
    this.#breakButton = card.onButton('break', () => this.#break());
  }

  #begin() {
    this.#measurements = new Measurements(SHOWN);
    this.#back = undefined;
    this.#late = 0;
  }

  async #connect() {
    if (this.#source !== undefined) return;
    this.#card.showStatus('waiting', 'Connecting…');
    const { path } = this.#card.request;
    this.#head = await send({ method: 'HEAD', path });
    this.#begin();
    this.#addLine = startTimeline(this.#card);

    const source = new EventSource(`${path}?viewer=${this.#name}`);
    source.addEventListener('open', () => void this.#onOpen());
    source.addEventListener('error', () => this.#onError());
    source.addEventListener('message', (event) => this.#onMeasurement(event));
    source.addEventListener('reset', (event) => this.#onReset(event));
    this.#source = source;
    this.#showButtons(true);
  }

  #disconnect() {
    this.#source.close();
    this.#source = undefined;
    this.#lost = false;
    this.#card.showStatus('success', 'Disconnected');
    this.#showButtons(false);
  }

  /** Asks the service to break the connection: no event says so, the socket is gone. */
  async #break() {
    this.#addLine = startTimeline(this.#card);
    this.#addLine('the service was asked to break the connection');
    await send({ method: 'POST', path: `${CUT}?viewer=${this.#name}` });
  }

  async #onOpen() {
    this.#card.showHead(this.#head, 'connected');
    if (!this.#lost) {
      this.#addLine('connected');
      return;
    }
    this.#lost = false;
    // `open` comes before the first event: all that is here was received before.
    const measurements = this.#measurements;
    const after = measurements.newest?.number ?? 0;
    const viewer = await this.#findViewer();
    // Lost again already.
    if (viewer === undefined) return;
    this.#addLine(`connected again: the browser sent Last-Event-ID: ${viewer.lastEventId}`);
    // There was a `reset` meanwhile.
    if (measurements !== this.#measurements) return;
    this.#back = { after, since: viewer.since };
    measurements.addBreak(after, viewer.since);
    this.#reportBreak();
  }

  /** What the service knows of this page's connection. */
  async #findViewer() {
    try {
      const { viewers } = JSON.parse(await readText(await send({ method: 'GET', path: STATE })));
      return viewers.findLast(({ name }) => name === this.#name);
    } catch (error) {
      if (error instanceof NoAnswerError) return undefined;
      throw error;
    }
  }

  /** What was missed is here when the first measurement is that was made later. */
  #reportBreak() {
    const { kept, newest, missing } = this.#measurements;
    if (this.#back === undefined || newest === undefined || newest.time < this.#back.since) return;
    const { after } = this.#back;
    this.#back = undefined;
    const late = kept.filter(
      (measurement) => measurement.number > after && this.#measurements.isLate(measurement),
    );
    this.#late += late.length;
    this.#addLine(`${late.length} measurements that were missed have arrived, ${missing} are missing`);
    this.#show();
  }

  /** EventSource connects again by itself, and says so each time that it could not. */
  #onError() {
    if (this.#source.readyState === EventSource.CLOSED) {
      // The service answered, and not with events.
      this.#disconnect();
      this.#card.showStatus('failure', 'Refused', ': try again later');
      return;
    }
    this.#card.showStatus('failure', 'Connection lost', ', the browser connects again');
    if (!this.#lost) this.#addLine(`connection lost after number ${this.#measurements.newest?.number ?? 0}`);
    this.#lost = true;
  }

  #onMeasurement({ data, lastEventId }) {
    this.#measurements.add(JSON.parse(data));
    this.#show();
    this.#reportBreak();
    // As on the wire.
    this.#card.body.textContent = `id: ${lastEventId}\ndata: ${data}\n\n`;
  }

  /** The service does not have any more what was missed: it was started anew, or the break was longer than a minute. */
  #onReset({ data }) {
    this.#begin();
    this.#addLine(`reset: ${JSON.parse(data).reason}; what the service still has follows`);
  }

  #show() {
    const { newest, received, missing, twice } = this.#measurements;
    this.#facts.show({
      Viewers: newest?.viewers ?? '–',
      Received: received,
      Missing: missing,
      Twice: twice,
      'After a break': this.#late,
    });
    for (const [field, chart] of Object.entries(this.#charts)) chart.draw(this.#measurements.toPoints(field));
  }

  #showButtons(connected) {
    // A button that is disabled cannot keep the focus.
    if (!connected) this.#connectButton.focus();
    this.#disconnectButton.disabled = !connected;
    this.#breakButton.disabled = !connected;
  }
}
