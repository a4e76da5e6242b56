import type { BrowserContext, Page } from 'playwright-core';

import { describeInBrowser, DESKTOP, openDemo } from './support/browser.js';
import { Cards } from './support/cards.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';
import { until } from './support/until.js';

const STORED = 'Stored task';
const LETTERS = 'Letters sent';

describeInBrowser('the stored task in a browser', (browser) => {
  let folder: string;
  let demo: Demo;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeEach(async () => {
    folder = await makeFolder();
    demo = await startDemo(folder);
    problems = [];
    context = await browser().newContext(DESKTOP);
    page = await openDemo(context, demo.url, problems);
  });

  afterEach(async () => {
    await context.close();
    await demo.close();
    await removeFolder(folder);
    expect(problems).toEqual([]);
  });

  const { card, tryCard, waitForStatus, body, fact } = new Cards(() => page);
  const bar = () => card(STORED).getByRole('progressbar');

  async function choose(letters: string, trouble: string): Promise<void> {
    await card(STORED).getByLabel('Letters', { exact: true }).selectOption(letters);
    await card(STORED).getByLabel('What goes wrong').selectOption({ value: trouble });
  }

  const untilSent = (least: number): Promise<true> =>
    until(
      async () => (parseInt(await fact(STORED, LETTERS), 10) >= least ? (true as const) : undefined),
      `${least} letters`,
    );

  it('is accepted, and shows how far it is until it is done', async () => {
    // Each value of the bar, in the order in which the page shows them.
    await page.evaluate(`{
      globalThis.shown = [];
      const bar = document.querySelector('#stored [role=progressbar]');
      new MutationObserver(() => shown.push(Number(bar.ariaValueNow))).observe(bar, { attributes: true });
    }`);
    await choose('20', 'none');
    await tryCard(STORED, 'Done');
    const answer = JSON.parse(await body(STORED)) as { id: string; created: boolean };
    expect(answer).toEqual({ id: expect.any(String) as string, created: true });
    const shown = await page.evaluate<number[]>('shown');
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(await bar().getAttribute('aria-valuenow')).toBe('100');
    expect(await fact(STORED, LETTERS)).toBe('20 of 20');
    expect(await fact(STORED, 'Run by process')).toBe(String(process.pid));
    expect(await fact(STORED, 'Failed attempts')).toBe('0');
  });

  it('goes on through a reload of the page, and a restart of the service', async () => {
    await choose('500', 'none');
    await tryCard(STORED, 'Accepted, running');
    await untilSent(10);
    await page.reload();
    await waitForStatus(STORED, 'Accepted, running');
    await untilSent(11);

    const { port } = new URL(demo.url);
    await demo.close();
    await waitForStatus(STORED, 'Connection lost');
    demo = await startDemo(folder, Number(port));
    await waitForStatus(STORED, 'Accepted, running');
    await untilSent(1);
    // Interrupted is not failed.
    expect(await fact(STORED, 'Failed attempts')).toBe('0');
  });

  it('is tried again by itself', async () => {
    await choose('20', 'once');
    await tryCard(STORED, 'Done');
    expect(await fact(STORED, 'Failed attempts')).toBe('1');
    await page.reload();
    await waitForStatus(STORED, 'Done');
  });

  it('is a dead letter at last, which is tried again by the keyboard', async () => {
    await card(STORED).getByText('None: no task has used up its attempts.').waitFor();
    await choose('100', 'outage');
    await card(STORED).getByLabel('Subject').fill('<b>Summer</b> sale');
    await tryCard(STORED, 'Dead');
    const letter = card(STORED).getByRole('list', { name: 'Dead letters' }).getByRole('listitem');
    await letter
      .filter({ hasText: '<b>Summer</b> sale: the mail server does not answer; 3 attempts' })
      .waitFor();

    // As often as it takes for the mail server to come back.
    for (let status = 'Dead'; status.startsWith('Dead');) {
      await letter.getByRole('button', { name: 'Retry' }).focus();
      await page.keyboard.press('Enter');
      await waitForStatus(STORED, 'Accepted');
      await waitForStatus(STORED, /^(?:Dead|Done)/);
      status = await card(STORED).getByRole('status').innerText();
    }
    await card(STORED).getByText('None: no task has used up its attempts.').waitFor();
    expect(await page.locator(':focus').innerText()).toBe('Try: send');
  });

  it('is forgotten by a page whose service does not know it', async () => {
    await page.evaluate("sessionStorage.setItem('stored-task', 'of another day')");
    await page.reload();
    await waitForStatus(STORED, 'Unknown');
    expect(await page.evaluate("sessionStorage.getItem('stored-task')")).toBeNull();
  });
});
