import { EventStream } from '../support/event-stream.js';
import { makeFolder, readFaults, removeFolder, startDemo, type Demo } from '../support/start-demo.js';
import { until } from '../support/until.js';

interface Info {
  readonly state: string;
  readonly failures: number;
  readonly progress: { readonly sent: number; readonly letters: number; readonly process: number } | null;
}

interface Dead {
  readonly id: string;
  readonly subject: string;
  readonly error: string;
  readonly failures: number;
}

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

function post(body: unknown): Promise<Response> {
  return fetch(`${demo.url}/api/jobs/newsletters`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function enqueue(newsletter: { letters: number; trouble?: string }): Promise<string> {
  const response = await post({ subject: 'Spring sale', ...newsletter });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

/** All that the event stream of a task tells, to its end. */
async function watch(id: string): Promise<Info[]> {
  const stream = await EventStream.open(`${demo.url}/api/jobs/${id}/progress`);
  const told: Info[] = [];
  for (let event = await stream.next(); event !== undefined; event = await stream.next()) {
    const [, data] = /^data: (.*)$/m.exec(event) ?? [];
    if (data !== undefined) told.push(JSON.parse(data) as Info);
  }
  return told;
}

async function listDead(): Promise<Dead[]> {
  return (await (await fetch(`${demo.url}/api/jobs/dead-letters`)).json()) as Dead[];
}

describe('POST /api/jobs/newsletters', () => {
  it('answers 202 with the id of a task, whose progress is told to its end', async () => {
    const id = await enqueue({ letters: 5 });
    const told = await watch(id);
    expect(told.at(-1)).toMatchObject({
      state: 'done',
      failures: 0,
      progress: { sent: 5, letters: 5, process: process.pid },
    });
    const sent = told.map(({ progress }) => progress?.sent ?? 0);
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect(await (await fetch(`${demo.url}/api/jobs/${id}`)).json()).toEqual(told.at(-1));
  });

  it('refuses what is no newsletter, with each fault', async () => {
    const response = await post({ subject: '', letters: 1.5, trouble: 'much' });
    expect(response.status).toBe(422);
    const fields = (await readFaults(response)).map(({ loc }) => loc.join('.'));
    expect([...new Set(fields)].sort()).toEqual(['body.letters', 'body.subject', 'body.trouble']);
  });

  it('is tried again where an attempt breaks off', async () => {
    const told = await watch(await enqueue({ letters: 4, trouble: 'once' }));
    expect(told.at(-1)).toMatchObject({ state: 'done', failures: 1, progress: { sent: 4 } });
  });

  it('is done by the next start where the service closes before it is', async () => {
    const id = await enqueue({ letters: 60, trouble: 'none' });
    await until(async () => {
      const { progress } = (await (await fetch(`${demo.url}/api/jobs/${id}`)).json()) as Info;
      return progress === null ? undefined : true;
    }, 'the first letter');
    await demo.close();
    demo = await startDemo(folder);
    expect((await watch(id)).at(-1)).toMatchObject({ state: 'done', failures: 0, progress: { sent: 60 } });
  });
});

describe('a dead letter', () => {
  it('is listed with its error, and is done when it is retried later', async () => {
    const id = await enqueue({ letters: 2, trouble: 'outage' });
    expect((await watch(id)).at(-1)).toMatchObject({ state: 'dead', failures: 3 });
    expect(await listDead()).toEqual([
      expect.objectContaining({
        id,
        subject: 'Spring sale',
        error: 'the mail server does not answer',
        failures: 3,
      }),
    ]);

    // Tried again until the mail server is back.
    for (let state = 'dead'; state === 'dead';) {
      const retried = await fetch(`${demo.url}/api/jobs/dead-letters/${id}/retry`, { method: 'POST' });
      expect(retried.status).toBe(204);
      state = (await watch(id)).at(-1)!.state;
    }
    expect(await listDead()).toEqual([]);
  });
});

it.each([
  ['GET', '/api/jobs/nothing'],
  ['GET', '/api/jobs/nothing/progress'],
  ['POST', '/api/jobs/dead-letters/nothing/retry'],
])('%s %s is a 404', async (method, path) => {
  expect((await fetch(demo.url + path, { method })).status).toBe(404);
});
