import { setTimeout as pause } from 'node:timers/promises';

const ROWS = 1_000_000;

/** A table of small rows, made while it is sent. */
export function* rows(): Generator<string> {
  for (let id = 1; id <= ROWS; id += 1) yield `${id},name of ${id}\n`;
}

/** The same rows as a source that could wait for each of them gives them. */
export async function* laterRows(): AsyncGenerator<string> {
  for (let id = 1; id <= ROWS; id += 1) yield `${id},name of ${id}\n`;
}

const FIRST_TOKEN = 1_000_000;
const TOKENS = 1_000_000;

/** Small texts. All are of one length, so that the bytes of a body tell how many events it has. */
export async function* tokens(): AsyncGenerator<string> {
  for (let index = FIRST_TOKEN; index < FIRST_TOKEN + TOKENS; index += 1) yield `token ${index}`;
}

/** The same as events that were written by hand. */
export async function* tokenEvents(): AsyncGenerator<string> {
  for (let index = FIRST_TOKEN; index < FIRST_TOKEN + TOKENS; index += 1) yield toEventText(`token ${index}`);
}

function toEventText(token: string): string {
  return `data: ${JSON.stringify(token)}\n\n`;
}

export const TOKEN_BYTES = Buffer.byteLength(toEventText(`token ${FIRST_TOKEN}`));

/** Milliseconds between two slow rows. */
const SLOW = 10;
export const SLOW_ROWS = 20;

/** Rows that come one by one. */
export async function* slowRows(): AsyncGenerator<string> {
  for (let id = 1; id <= SLOW_ROWS; id += 1) {
    if (id > 1) await pause(SLOW);
    yield `${id},name of ${id}\n`;
  }
}

/** A row at once, and another one soon after: what is measured is when the first one comes. */
export async function* twoRows(): AsyncGenerator<string> {
  yield '1,first\n';
  await pause(1);
  yield '2,second\n';
}
