import { EventStream } from '../support/event-stream.js';
import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';

let folder: string;
let demo: Demo;

beforeEach(async () => {
  folder = await makeFolder();
  demo = await startDemo(folder);
});

afterEach(async () => {
  await demo.close();
  await removeFolder(folder);
});

function publish(text: string): Promise<Response> {
  return fetch(`${demo.url}/api/nodes/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
}

interface Here {
  readonly name: string;
}

it('a node says which it is, and that it shares nothing where it has no Redis', async () => {
  const here = (await (await fetch(`${demo.url}/api/nodes/here`)).json()) as Here;
  expect(here).toEqual({ name: here.name, process: process.pid, shared: false });
  expect(here.name).not.toBe('');
});

it('a message comes to who is connected, and to who comes later, with the node that published it', async () => {
  const { name } = (await (await fetch(`${demo.url}/api/nodes/here`)).json()) as Here;
  const early = await EventStream.open(`${demo.url}/api/nodes/messages`);
  const published = await publish('two\nlines');
  expect(published.status).toBe(201);
  const { id } = (await published.json()) as { id: string };
  const late = await EventStream.open(`${demo.url}/api/nodes/messages`);
  for (const stream of [early, late]) {
    let event = await stream.next();
    // A stream that has nothing to say yet begins with a comment.
    if (event?.startsWith(':')) event = await stream.next();
    expect(event?.split('\n').sort()).toEqual([
      `data: ${JSON.stringify({ text: 'two\nlines', node: name })}`,
      `id: ${id}`,
    ]);
    stream.leave();
  }
});

it('a message without text is refused', async () => {
  const response = await publish('');
  expect(response.status).toBe(422);
  expect((await readFaults(response)).map(({ loc }) => loc)).toEqual([['body', 'text']]);
});
