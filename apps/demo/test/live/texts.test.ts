import type { Writing } from '../../src/live/writings.js';
import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

let folder: string;
let demo: Demo;

beforeAll(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterAll(async () => {
  await demo.close();
  await removeFolder(folder);
});

function write(words: unknown, signal: AbortSignal | null = null): Promise<Response> {
  return fetch(`${demo.url}/api/live/texts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ words }),
    signal,
  });
}

async function find(response: Response): Promise<Writing> {
  const id = response.headers.get('x-writing-id') ?? '';
  return (await (await fetch(`${demo.url}/api/live/texts/${id}`)).json()) as Writing;
}

function toReader(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  return (response.body as ReadableStream<Uint8Array>).getReader();
}

const countWords = (text: string): number => text.split(' ').length - 1;

describe('POST /api/live/texts', () => {
  it('writes as many words as asked for', async () => {
    const response = await write(5);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(countWords(await response.text())).toBe(5);
    expect(await find(response)).toMatchObject({ words: 5, state: 'finished' });
  });

  it('sends a word while the next one is not written yet', async () => {
    const stop = new AbortController();
    const response = await write(1000, stop.signal);
    const { value } = await toReader(response).read();
    expect(new TextDecoder().decode(value)).toMatch(/^\w+ /);
    const { words, state } = await find(response);
    expect(state).toBe('writing');
    expect(words).toBeLessThan(1000);
    stop.abort();
  });

  it('writes no further when the reader has gone', async () => {
    const stop = new AbortController();
    const response = await write(1000, stop.signal);
    const reader = toReader(response);
    await reader.read();
    stop.abort();
    await expect(reader.read()).rejects.toThrow('aborted');

    const stopped = await until(async () => {
      const writing = await find(response);
      return writing.state === 'writing' ? undefined : writing;
    }, 'the service to notice');
    expect(stopped.state).toBe('stopped');
    expect(stopped.words).toBeLessThan(1000);
    // As long as some words take.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await find(response)).toEqual(stopped);
  });

  it.each([0, 1001, 1.5, undefined])('refuses %j words', async (words) => {
    const response = await write(words);
    expect(response.status).toBe(422);
    expect((await readFaults(response)).map(({ loc }) => loc)).toEqual([['body', 'words']]);
  });
});

describe('GET /api/live/texts/:id', () => {
  it('answers 404 about a text that nobody asked for', async () => {
    expect((await fetch(`${demo.url}/api/live/texts/987654`)).status).toBe(404);
  });
});
