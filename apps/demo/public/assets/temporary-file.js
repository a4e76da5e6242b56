import { readText, send } from './request.js';
import { startTimeline } from './timeline.js';

const COUNT = '/api/downloads/temporary-files';
const POLL_INTERVAL = 50;
const PATIENCE = 5000;

/** Gets a file that is made for this request, then asks whether the service still has it. */
export async function watchTemporaryFile(card) {
  const add = startTimeline(card);
  add('request sent');
  const { response } = await card.exchange();
  if (!response.ok) return;
  add('file arrived');

  let count = await readCount();
  const end = performance.now() + PATIENCE;
  while (count > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    count = await readCount();
  }
  add(`temporary files that the service has now: ${count}`);
}

async function readCount() {
  const response = await send({ method: 'GET', path: COUNT });
  return JSON.parse(await readText(response)).count;
}
