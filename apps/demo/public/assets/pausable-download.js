import { ResumableDownload } from './resumable-download.js';
import { SegmentBar } from './segment-bar.js';

const PREVIEW_BYTES = 300;

/** A download with a bar, that a person stops and lets go on. */
export function setUpDownload(card) {
  const tryButton = card.form.querySelector('button');
  const pauseButton = card.form.querySelector('[data-action="pause"]');
  const speed = card.form.querySelector('#pausable-speed');
  const bar = new SegmentBar('progressbar', 'Progress of the download');
  const percent = document.createElement('p');
  percent.className = 'percent';
  const requests = document.createElement('ol');
  requests.className = 'requests';
  requests.setAttribute('aria-label', 'Requests');
  let download;
  let stop;
  let saveUrl;

  const showProgress = () => {
    const { received, total = 0, parts } = download;
    const done = total === 0 ? 0 : Math.floor((received / total) * 100);
    bar.show(parts, total);
    bar.element.ariaValueNow = String(done);
    percent.textContent = `${done} % (${toMegabytes(received)} of ${toMegabytes(total)})`;
    if (parts.length > 0) requests.lastElementChild.lastChild.data = toSpan(parts.at(-1));
  };

  const showHead = (response) => {
    const part = download.parts.at(-1);
    if (part.startedOver) requests.replaceChildren();
    const status = document.createElement('strong');
    status.textContent = `${response.status} ${response.statusText}`;
    const line = document.createElement('li');
    const why = part.startedOver ? ', the file has changed: all of it again' : '';
    line.append(status, why, ' ', document.createTextNode(''));
    requests.append(line);
    card.showHeaders(response);
    card.showBody('(arriving)', '');
    showProgress();
  };

  const begin = () => {
    if (saveUrl !== undefined) URL.revokeObjectURL(saveUrl);
    saveUrl = undefined;
    download = new ResumableDownload(card.request.path);
    requests.replaceChildren();
    card.extra.replaceChildren(requests);
    card.extra.before(bar.element, percent);
    showProgress();
  };

  const finish = async () => {
    card.showStatus('waiting', 'Checking…');
    const { blob, filename, expectedDigest } = download;
    card.showBody(`${await blob.slice(0, PREVIEW_BYTES).text()}\n…`, '');
    // Browsers compute digests for pages from this machine or over HTTPS only.
    const digest = crypto.subtle === undefined ? undefined : await download.digest();
    if (digest !== undefined && digest !== expectedDigest) {
      card.showStatus('failure', 'Damaged', `: SHA-256 is ${digest}, not ${expectedDigest}`);
      return;
    }
    card.showStatus('success', digest === undefined ? 'Complete' : '✓ Complete and correct');
    const note = document.createElement('p');
    note.textContent =
      digest === undefined
        ? 'The bytes were not checked: this browser does that over HTTPS only.'
        : `SHA-256, here and as the service said: ${digest}`;
    const save = document.createElement('a');
    save.className = 'button';
    saveUrl = URL.createObjectURL(blob);
    save.href = saveUrl;
    save.download = filename;
    save.textContent = `Save “${filename}”`;
    card.extra.append(note, save);
  };

  const setRunning = (running) => {
    // A button that is disabled cannot keep the focus.
    if (!running && document.activeElement === pauseButton) tryButton.focus();
    pauseButton.disabled = !running;
    const stopped = !running && download.received > 0 && !download.complete;
    tryButton.textContent = stopped ? 'Try: resume' : 'Try: download';
    changeButton.disabled = !stopped;
  };

  card.onTry(async () => {
    if (download === undefined || download.complete) begin();
    stop = new AbortController();
    setRunning(true);
    card.showStatus('waiting', 'Downloading…');
    try {
      await download.continue({
        signal: stop.signal,
        bytesPerSecond: Number(speed.value),
        onHead: showHead,
        onProgress: showProgress,
      });
      if (!download.complete) throw new Error('the file ended early');
      await finish();
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      card.showStatus('waiting', 'Paused', `, the next request asks for bytes=${download.received}-`);
    } finally {
      setRunning(false);
    }
  });

  // Not by `onButton`, which waits until nothing runs.
  pauseButton.addEventListener('click', () => stop.abort());

  const changeButton = card.onButton('change', async () => {
    await fetch(card.request.path, { method: 'POST' });
    card.showStatus('waiting', 'The file on the service is another one now');
    tryButton.focus();
    changeButton.disabled = true;
  });
}

function toSpan({ from, to }) {
  return `${toMegabytes(from)} – ${toMegabytes(to)}`;
}

function toMegabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
