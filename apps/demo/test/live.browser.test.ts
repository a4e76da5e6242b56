import type { BrowserContext, Page } from 'playwright-core';

import type { Writing } from '../src/live/writings.js';
import { describeInBrowser, DESKTOP, openDemo } from './support/browser.js';
import { Cards } from './support/cards.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';
import { until } from './support/until.js';

const LOAD = 'Load of the service';
const TEXT = 'Text, word by word';

/** A script for the page: reads the channel by the browser's own EventSource, and writes down which ids arrive. */
const READ = (viewer: string): string => `{
  globalThis.ids ??= {};
  globalThis.opened ??= {};
  ids.${viewer} = [];
  opened.${viewer} = 0;
  const source = new EventSource('/api/live/load?viewer=${viewer}');
  source.addEventListener('open', () => (opened.${viewer} += 1));
  source.addEventListener('message', ({ lastEventId }) => ids.${viewer}.push(lastEventId));
  source.addEventListener('reset', () => ids.${viewer}.push('reset'));
}`;

describeInBrowser('what is live on the page', (browser) => {
  let folder: string;
  let demo: Demo;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    folder = await makeFolder();
    demo = await startDemo(folder);
    // The page loads it, and it is made when it is first asked for, which takes seconds on a busy machine.
    await fetch(`${demo.url}/api/downloads/melody.wav`, { method: 'HEAD' });
  });

  afterAll(async () => {
    await demo.close();
    await removeFolder(folder);
  });

  afterEach(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });

  async function openPage(): Promise<void> {
    problems = [];
    context = await browser().newContext(DESKTOP);
    page = await openDemo(context, demo.url, problems);
  }

  const { card, tryCard, waitForStatus, command, body, fact, steps } = new Cards(() => page);
  // Not Playwright's waitForFunction: it evaluates text in the page, which the page's policy forbids.
  const waitFor = (script: string): Promise<unknown> =>
    until(async () => ((await page.evaluate(script)) === true ? true : undefined), script);
  const cut = (viewer: string): Promise<Response> =>
    fetch(`${demo.url}/api/live/load/cut?viewer=${viewer}`, { method: 'POST' });

  it('is received by EventSource, which comes back after a break with the last id, and misses nothing', async () => {
    await openPage();
    const sent: (string | undefined)[] = [];
    page.on('response', async (response) => {
      if (response.url().endsWith('viewer=cut')) {
        sent.push((await response.request().allHeaders())['last-event-id']);
      }
    });
    await page.evaluate(READ('whole'));
    await page.evaluate(READ('cut'));
    await waitFor('ids.cut.length > 1');
    const before = await page.evaluate<number>('ids.cut.length');
    await cut('cut');
    await waitFor(`opened.cut === 2 && ids.cut.length > ${before} + 6`);
    const { cut: ids, whole } = await page.evaluate<Record<string, string[]>>('ids');

    // The one whose connection was not broken has seen the same, one after the other.
    const count = Math.min(ids!.length, whole!.length);
    expect(count).toBeGreaterThan(before + 5);
    expect(ids!.slice(0, count)).toEqual(whole!.slice(0, count));
    expect(await page.evaluate('opened.whole')).toBe(1);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBeUndefined();
    expect(ids).toContain(sent[1]);
  });

  it('is drawn, through a break of the connection', async () => {
    await openPage();
    await tryCard(LOAD, '200 OK, connected');
    await until(
      async () => (Number(await fact(LOAD, 'Received')) > 1 ? true : undefined),
      'two measurements',
    );
    await card(LOAD).getByRole('button', { name: 'Break the connection' }).click();
    await waitForStatus(LOAD, 'Connection lost, the browser connects again');
    await waitForStatus(LOAD, '200 OK, connected');
    await card(LOAD).getByText('have arrived').waitFor();

    const [asked, lost, back, arrived] = await steps(LOAD);
    expect(asked).toBe('the service was asked to break the connection');
    const [, number] = /^connection lost after number (\d+)$/.exec(lost!)!;
    expect(back).toMatch(new RegExp(`Last-Event-ID: \\S+\\.${number!}$`));
    const [, late] = /^(\d+) measurements that were missed have arrived, 0 are missing$/.exec(arrived!)!;
    expect(Number(late)).toBeGreaterThan(0);
    expect(await fact(LOAD, 'After a break')).toBe(late);
    expect(await fact(LOAD, 'Missing')).toBe('0');
    expect(await fact(LOAD, 'Twice')).toBe('0');

    for (const name of [/^CPU/, /^Memory/]) {
      const chart = card(LOAD).getByRole('img', { name });
      // One band over what came late, in one chart as in the other, and lines on both sides of it.
      expect(await chart.locator('.late-band').getAttribute('width')).toBe(late);
      const lines = (await chart.locator('.line').all()).map((line) => line.getAttribute('class'));
      expect(await Promise.all(lines)).toEqual(['line', 'line late', 'line']);
      // Drawn anew twice a second: between finding a line and measuring it, it may be gone.
      await until(
        async () =>
          ((await chart.locator('.line').first().boundingBox())?.width ?? 0) > 0 ? true : undefined,
        'a line that has a width',
      );
    }
  });

  it('is the same in two tabs, which count each other', async () => {
    await openPage();
    const other = await openDemo(context, demo.url, problems);
    const cards = [new Cards(() => page), new Cards(() => other)];
    for (const { tryCard: connect } of cards) await connect(LOAD, '200 OK, connected');
    for (const tab of cards) {
      await until(async () => ((await tab.fact(LOAD, 'Viewers')) === '2' ? true : undefined), 'two viewers');
    }
    // Both have all since the service began.
    const readLine = (tab: Page): Promise<string | null> =>
      tab.locator('#load .line').first().getAttribute('d', { timeout: 2000 });
    await until(
      async () => ((await readLine(page)) === (await readLine(other)) ? true : undefined),
      'one line',
    );

    await card(LOAD).getByRole('button', { name: 'Disconnect' }).click();
    await waitForStatus(LOAD, 'Disconnected');
    expect(await page.locator(':focus').innerText()).toBe('Try: connect');
    await until(
      async () => ((await cards[1]!.fact(LOAD, 'Viewers')) === '1' ? true : undefined),
      'one viewer less',
    );
  });

  it('shows a message to everyone who is connected, with the node that it comes from', async () => {
    await openPage();
    const other = await openDemo(context, demo.url, problems);
    const messages = (tab: Page) => tab.locator('#nodes').getByRole('log').locator('p');
    const theirs = new Cards(() => other).card('Messages');
    await theirs.getByRole('button', { name: 'Connect', exact: true }).click();
    await theirs.getByRole('status').filter({ hasText: 'Connected' }).waitFor();
    await theirs.getByText(`process ${process.pid}, which is the only one.`).waitFor();

    await card('Messages').getByLabel('Message', { exact: true }).fill('<b>Ahoy</b>');
    await tryCard('Messages', '201 Created');
    const { node } = JSON.parse(await body('Messages')) as { node: string };
    for (const tab of [page, other]) {
      await messages(tab).first().waitFor();
      expect(await messages(tab).allInnerTexts()).toEqual([`${node} (here)<b>Ahoy</b>`]);
    }

    // By the keyboard, which is not left without a place.
    await theirs.getByRole('button', { name: 'Disconnect' }).focus();
    await other.keyboard.press('Enter');
    await theirs.getByRole('status').filter({ hasText: 'Disconnected' }).waitFor();
    expect(await other.locator(':focus').innerText()).toBe('Connect');
  });

  it('writes text until Stop is pressed, and no further', async () => {
    await openPage();
    await card(TEXT).getByLabel('Words').selectOption('1000');
    const response = page.waitForResponse(/\/api\/live\/texts$/);
    await tryCard(TEXT, '200 OK, the text is being written');
    await until(async () => (Number(await fact(TEXT, 'Words here')) > 3 ? true : undefined), 'some words');
    await card(TEXT).getByRole('button', { name: 'Stop' }).click();
    await waitForStatus(TEXT, 'Stopped');
    expect(await page.locator(':focus').innerText()).toBe('Stop');
    await card(TEXT).getByText('a second later').waitFor();

    const id = (await response).headers()['x-writing-id'];
    const writing = (await (await fetch(`${demo.url}/api/live/texts/${id!}`)).json()) as Writing;
    expect(writing.state).toBe('stopped');
    expect(writing.words).toBeLessThan(1000);
    const here = await fact(TEXT, 'Words here');
    expect(writing.words).toBeGreaterThanOrEqual(Number(here));
    expect(await steps(TEXT)).toEqual([
      `Stop was pressed: ${here} words are here`,
      `the service says: stopped, ${writing.words} words written`,
      `a second later: ${writing.words} words, 0 of them after the stop`,
    ]);
    await until(
      async () => ((await page.locator(':focus').innerText()) === 'Try: write' ? true : undefined),
      'the focus on a button that works',
    );
  });

  it('reads a text to its end', async () => {
    await openPage();
    await card(TEXT).getByLabel('Words').selectOption('20');
    await tryCard(TEXT, 'Complete');
    expect(await fact(TEXT, 'Words here')).toBe('20');
    expect(await steps(TEXT)).toEqual(['the text is complete: 20 words']);
  });

  it('counts the rows and the bytes of a long export while they arrive', async () => {
    await openPage();
    const exported = card('CSV export');
    // Each value that the page shows of the rows, in the order in which it does.
    await page.evaluate(`{
      globalThis.shown = [];
      const rows = document.querySelector('#export dd');
      new MutationObserver(() => shown.push(Number(rows.textContent.replaceAll(',', ''))))
        .observe(rows, { childList: true });
    }`);
    await exported.getByLabel('Rows').selectOption('… and 100,000 samples');
    const saved = `${demo.url}/api/items/export.csv?samples=100000`;
    expect(await command('CSV export').innerText()).toBe(`curl -i -N '${saved}'`);
    await tryCard('CSV export', /^200 OK, complete in \d+ ms$/);

    const csv = await (await fetch(saved)).text();
    expect(await fact('CSV export', 'Bytes')).toBe(Buffer.byteLength(csv).toLocaleString('en'));
    expect(await fact('CSV export', 'Rows')).toBe('100,000');
    const shown = await page.evaluate<number[]>('shown');
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
  });

  it.each([LOAD, 'Live events'])(
    'says that it was refused, and does not wait for a browser that has given up: %s',
    async (name) => {
      await openPage();
      await page.route('**/api/**', async (route) => {
        if (route.request().resourceType() !== 'eventsource') await route.continue();
        else await route.fulfill({ status: 503, contentType: 'application/json', body: '{}' });
      });
      await tryCard(name, 'Refused');
      expect(await card(name).getByRole('button', { name: 'Disconnect' }).isDisabled()).toBe(true);
      await page.unrouteAll();
      await tryCard(name, /connected$/i);
    },
  );

  it('comes back to a service that was started anew, and says that something is missing', async () => {
    await openPage();
    await tryCard(LOAD, '200 OK, connected');
    await until(async () => (Number(await fact(LOAD, 'Received')) > 0 ? true : undefined), 'a measurement');
    const { port } = new URL(demo.url);
    await demo.close();
    await waitForStatus(LOAD, 'Connection lost');
    demo = await startDemo(folder, Number(port));
    await waitForStatus(LOAD, '200 OK, connected');
    await card(LOAD).getByText('reset: expired').waitFor();
    await until(async () => (Number(await fact(LOAD, 'Received')) > 0 ? true : undefined), 'a measurement');
    expect(await fact(LOAD, 'Missing')).toBe('0');
  });
});
