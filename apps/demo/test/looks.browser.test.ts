import { readFile } from 'node:fs/promises';

import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { describeInBrowser, DESKTOP, openDemo, PHONE, toScreenshot } from './support/browser.js';
import { Cards } from './support/cards.js';
import { FIND_LOW_CONTRAST } from './support/contrast.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';

/** Every rule of axe, those of good practice too; what each found, with where. */
const FIND_VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' at ' + target.join(' '))))`;

describeInBrowser('the look of the page', (browser) => {
  let folder: string;
  let demo: Demo;
  let axe: string;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    axe = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
    folder = await makeFolder();
    demo = await startDemo(folder);
    // These are made when they are first asked for, which takes seconds on a busy machine.
    for (const name of ['readings.csv', 'melody.wav']) {
      await fetch(`${demo.url}/api/downloads/${name}`, { method: 'HEAD' });
    }
  });

  afterAll(async () => {
    await demo.close();
    await removeFolder(folder);
  });

  afterEach(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });

  const { card, tryCard } = new Cards(() => page);

  /** Leaves something to look at in each card: answers, faults, bars and charts. */
  async function tryAll(): Promise<void> {
    await tryCard('Load of the service', 'connected');
    await tryCard('Live events', 'connected');
    for (const title of ['JSON value', 'HTML', 'Text with a query', 'Redirect', 'Cookie counter']) {
      await tryCard(title, '200 OK');
    }
    await tryCard('Background task', '201 Created');
    await card('Text, word by word').getByLabel('Words').selectOption('20');
    await tryCard('Text, word by word', 'Complete');
    await card('CSV export').getByLabel('Rows').selectOption('… and 100,000 samples');
    await tryCard('CSV export', 'complete');
    await card('Load of the service').getByRole('button', { name: 'Break the connection' }).click();
    await card('Pause and resume').getByLabel('Speed').selectOption('As fast as it goes');
    await tryCard('Pause and resume', 'Complete');
    await tryCard('Sound', 'At 0:24');
    for (const title of ['File download', 'Temporary file', 'Folder', 'List items', 'Read an item']) {
      await tryCard(title, '200 OK');
    }
    await card('Delete an item').getByLabel('Id').fill('first');
    await tryCard('Delete an item', '422');
    await card('Create an item').getByLabel('Name').fill('');
    await card('Create an item').getByLabel('Price').fill('abc');
    await tryCard('Create an item', '422');
    await tryCard('Life of a request', 'Complete');
    await card('Life of a request').getByRole('listitem').filter({ hasText: 'session closed' }).waitFor();
    await card('Background task').getByText('The response came').waitFor();
    await card('Load of the service').getByText('have arrived').waitFor();
  }

  async function findFaults(): Promise<unknown> {
    return {
      wide: await page.evaluate('document.documentElement.scrollWidth > innerWidth'),
      violations: await page.evaluate(FIND_VIOLATIONS),
      // Where a picture lies behind a text, axe says nothing.
      contrast: await page.evaluate(FIND_LOW_CONTRAST),
    };
  }

  it.each<[string, BrowserContextOptions]>([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])(
    'fits a %s, and has no fault that axe knows, before anything was tried and after all was, light and dark',
    async (name, options) => {
      problems = [];
      context = await browser().newContext({ ...options, reducedMotion: 'reduce' });
      page = await openDemo(context, demo.url, problems);
      await page.evaluate(axe);
      const lookAt = async (moment: string): Promise<void> => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const screenshot = `${name}-${colorScheme}${moment}`;
          // A picture of all of it takes its time on a busy machine.
          await page.screenshot({
            path: await toScreenshot(screenshot),
            fullPage: moment !== '',
            timeout: 40_000,
          });
          expect([screenshot, await findFaults()]).toEqual([
            screenshot,
            { wide: false, violations: [], contrast: [] },
          ]);
        }
      };
      await card('Life of a request').getByText('openSession').first().waitFor();
      await lookAt('');
      await tryAll();
      await lookAt('-tried');
    },
    120_000,
  );
});
