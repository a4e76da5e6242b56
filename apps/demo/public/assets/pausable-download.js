import { NoAnswerError, send } from './request.js';
import { ResumableDownload } from './resumable-download.js';
import { SegmentBar } from './segment-bar.js';

const PREVIEW_BYTES = 300;

/** A download with a bar, which a person stops and lets go on. */
export class PausableDownload {
  #card;
  #tryButton;
  #pauseButton;
  #changeButton;
  #speed;
  #bar = new SegmentBar('progressbar', 'Progress of the download');
  #percent = document.createElement('p');
  #requests = document.createElement('ol');
  #download;
  #stop;
  #saveUrl;

  constructor(card) {
    this.#card = card;
    this.#tryButton = card.form.querySelector('button');
    this.#pauseButton = card.form.querySelector('[data-action="pause"]');
    this.#speed = card.form.querySelector('#pausable-speed');
    this.#percent.className = 'percent';
    this.#requests.className = 'requests';
    this.#requests.setAttribute('aria-label', 'Requests');
    card.extra.before(this.#bar.element, this.#percent);
    this.#begin();

    card.onTry(() => this.#run());
    // Not by `onButton`, which waits until nothing runs.
    this.#pauseButton.addEventListener('click', () => this.#stop.abort());
    this.#changeButton = card.onButton('change', () => this.#change());
  }

  #begin() {
    if (this.#saveUrl !== undefined) URL.revokeObjectURL(this.#saveUrl);
    this.#saveUrl = undefined;
    this.#download = new ResumableDownload(this.#card.request.path);
    this.#requests.replaceChildren();
    this.#card.extra.replaceChildren(this.#requests);
    this.#showProgress();
  }

  async #run() {
    if (this.#download.complete) this.#begin();
    this.#stop = new AbortController();
    this.#showButtons(true);
    this.#card.showStatus('waiting', 'Downloading…');
    try {
      await this.#download.continue({
        signal: this.#stop.signal,
        bytesPerSecond: Number(this.#speed.value),
        onHead: (response) => this.#showHead(response),
        onProgress: () => this.#showProgress(),
      });
      if (!this.#download.complete) throw new NoAnswerError('it ended early');
      await this.#finish();
    } catch (error) {
      if (!this.#stop.signal.aborted) throw error;
      this.#card.showStatus(
        'waiting',
        'Paused',
        `: the next request asks for bytes=${this.#download.received}-`,
      );
    } finally {
      this.#showButtons(false);
    }
  }

  async #change() {
    await send({ method: 'POST', path: this.#card.request.path });
    this.#card.showStatus('waiting', 'Paused', ': the file on the service is another one now');
    this.#tryButton.focus();
    this.#changeButton.disabled = true;
  }

  #showButtons(running) {
    // A button that is disabled cannot keep the focus.
    if (!running && document.activeElement === this.#pauseButton) this.#tryButton.focus();
    const stopped = !running && this.#download.received > 0 && !this.#download.complete;
    this.#pauseButton.disabled = !running;
    this.#changeButton.disabled = !stopped;
    this.#tryButton.textContent = stopped ? 'Try: resume' : 'Try: download';
  }

  #showProgress() {
    const { received, total, parts } = this.#download;
    const done = total === undefined ? 0 : Math.floor((received / total) * 100);
    this.#bar.show(parts, total);
    this.#bar.element.ariaValueNow = String(done);
    this.#percent.textContent = total === undefined ? '0 %' : `${done} % of ${toMegabytes(total)}`;
    const line = this.#requests.lastElementChild;
    if (line !== null) line.querySelector('span').textContent = toSpan(parts.at(-1));
  }

  /** A line for each request, in the colour of its part of the bar. */
  #showHead(response) {
    const { startedOver } = this.#download.parts.at(-1);
    if (startedOver) this.#requests.replaceChildren();
    const status = document.createElement('strong');
    status.textContent = `${response.status} ${response.statusText}`;
    const line = document.createElement('li');
    line.append(status, ' ', document.createElement('span'));
    if (startedOver) line.append(' – another file, from its beginning');
    this.#requests.append(line);
    this.#card.showHeaders(response);
    this.#card.showBody('(not complete yet)', '');
    this.#showProgress();
  }

  async #finish() {
    this.#card.showStatus('waiting', 'Checking…');
    const { blob, filename, expectedDigest } = this.#download;
    const preview = await blob.slice(0, PREVIEW_BYTES).text();
    this.#card.showBody(`${preview.slice(0, preview.lastIndexOf('\n'))}\n…`, '');

    // Browsers compute digests for pages from this machine or over HTTPS only.
    const digest = crypto.subtle === undefined ? undefined : await this.#download.digest();
    if (digest !== undefined && digest !== expectedDigest) {
      this.#card.showStatus('failure', 'Damaged', `: SHA-256 is ${digest}, not ${expectedDigest}`);
      return;
    }
    this.#card.showStatus('success', digest === undefined ? 'Complete' : '✓ Complete and correct');
    const note = document.createElement('p');
    note.textContent =
      digest === undefined
        ? 'The bytes were not checked: this browser does that over HTTPS only.'
        : `SHA-256, here and as the service said: ${digest}`;
    this.#card.extra.append(note, this.#offerToSave(blob, filename));
  }

  #offerToSave(blob, filename) {
    const link = document.createElement('a');
    link.className = 'button';
    this.#saveUrl = URL.createObjectURL(blob);
    link.href = this.#saveUrl;
    link.download = filename;
    link.textContent = `Save “${filename}”`;
    return link;
  }
}

function toSpan({ from, to }) {
  return `${(from / 1e6).toFixed(1)} – ${toMegabytes(to)}`;
}

function toMegabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
