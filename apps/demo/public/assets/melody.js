import { send } from './request.js';
import { SegmentBar } from './segment-bar.js';

/** Plays a sound from a place that has not arrived, and shows which parts of it have. */
export function setUpMelody(card) {
  const audio = document.querySelector('#melody-audio');
  const bar = new SegmentBar('img', 'Parts of the sound that have arrived');
  const legend = document.createElement('p');
  legend.className = 'percent';
  card.extra.before(audio, bar.element, legend);

  const showBuffered = () => {
    const { buffered, duration } = audio;
    if (Number.isNaN(duration)) return;
    const parts = Array.from({ length: buffered.length }, (_, index) => ({
      from: buffered.start(index),
      to: buffered.end(index),
    }));
    const here = parts.reduce((sum, { from, to }) => sum + to - from, 0);
    bar.show(parts, duration);
    legend.textContent = `${Math.round((here / duration) * 100)} % has arrived: ${parts.map(toSpan).join(' and ')}`;
  };
  for (const event of ['loadedmetadata', 'progress', 'seeked', 'timeupdate', 'suspend']) {
    audio.addEventListener(event, showBuffered);
  }
  showBuffered();

  audio.addEventListener('error', () =>
    card.showStatus('failure', 'Cannot be played', `: ${audio.error.message}`),
  );
  audio.addEventListener('seeked', () => card.showStatus('success', `At ${toTime(audio.currentTime)}`));

  card.onTry(async () => {
    card.showHeaders(await send({ ...card.request, method: 'HEAD' }));
    card.showBody('(sound)', '');
    audio.currentTime = Number(card.form.querySelector('#melody-place').value);
    await audio.play();
  });
}

function toSpan({ from, to }) {
  return `${toTime(from)} – ${toTime(to)}`;
}

function toTime(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
