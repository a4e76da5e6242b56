import { readText, send } from './request.js';
import { startTimeline } from './timeline.js';

const LOG = '/api/activity/log';
const POLL_INTERVAL = 100;
const PATIENCE = 5000;

/** Creates an item, then reads the activity log until the background task has written its line. */
export async function watchBackgroundTask(card) {
  const begin = performance.now();
  const add = startTimeline(card);
  add('request sent');
  const { response, text } = await card.exchange();
  const answered = add(`response arrived: ${response.status} ${response.statusText}`);
  if (response.status !== 201) return;

  const { id } = JSON.parse(text);
  let line = await findLine(id);
  if (line === undefined) add(`activity log read: no line about item ${id} yet`);
  while (line === undefined && performance.now() - begin < PATIENCE) {
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL));
    line = await findLine(id);
  }
  if (line === undefined) {
    add('gave up waiting for the line');
    return;
  }
  const written = add(`activity log read: ${line}`);
  const verdict = document.createElement('p');
  verdict.textContent = `The response came ${written - answered} ms before the line in the log.`;
  card.extra.append(verdict);
}

async function findLine(id) {
  const response = await send({ method: 'GET', path: LOG });
  const lines = (await readText(response)).split('\n');
  return lines.find((line) => line.includes(` created item ${id}: `));
}
