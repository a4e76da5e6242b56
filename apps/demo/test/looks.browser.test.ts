import { readFile } from 'node:fs/promises';

import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

import { describeInBrowser, DESKTOP, openDemo, PHONE, toScreenshot } from './support/browser.js';
import { Cards } from './support/cards.js';
import { FIND_LOW_CONTRAST } from './support/contrast.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';

/** Every rule of axe, those of good practice too; what each found, with where. */
const FIND_VIOLATIONS = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' at ' + target.join(' '))))`;

/** An element that the keyboard has stopped at. */
interface Stop {
  /** Its place among all elements; -1 for none. */
  readonly place: number;
  readonly name: string;
  /** Whether an outline is drawn around it, on the screen. */
  readonly visible: boolean;
}

const READ_STOP = `(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom, width } = element.getBoundingClientRect();
  return {
    place: element === document.body ? -1 : [...document.querySelectorAll('*')].indexOf(element),
    name: element.localName + ' ' + element.textContent.slice(0, 40),
    visible:
      element.localName === 'audio' ||
      (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && bottom > 0 && top < innerHeight && width > 0),
  };
})()`;

/** What moves on a page for a person who has asked for less of that. */
const FIND_MOTION = `[...document.querySelectorAll('*')]
  .filter((element) => {
    const { transitionDuration, animationName, scrollBehavior } = getComputedStyle(element);
    return parseFloat(transitionDuration) > 0 || animationName !== 'none' || scrollBehavior !== 'auto';
  })
  .map((element) => element.localName)`;

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
    await card('Stored task').getByLabel('What goes wrong').selectOption({ value: 'outage' });
    await tryCard('Stored task', /^(?:Accepted|Dead)/);
    await tryCard('Load of the service', 'connected');
    await tryCard('Live events', 'connected');
    for (const title of ['JSON value', 'HTML', 'Text with a query', 'Redirect', 'Cookie counter']) {
      await tryCard(title, '200 OK');
    }
    await tryCard('Background task', '201 Created');
    await tryCard('Messages', '201 Created');
    await card('Messages').getByRole('log').getByText('Hello to all').first().waitFor();
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
    await card('Stored task').getByRole('button', { name: 'Retry' }).first().waitFor();
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

  it('shows where the focus is at each stop of the keyboard, in the order of the page, and moves nothing by itself', async () => {
    problems = [];
    context = await browser().newContext({ ...DESKTOP, reducedMotion: 'reduce' });
    page = await openDemo(context, demo.url, problems);
    await card('Life of a request').getByText('openSession').first().waitFor();
    expect(await page.evaluate(FIND_MOTION)).toEqual([]);

    const stops: Stop[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate<Stop>(READ_STOP);
      // Behind the last one the focus leaves the page, or begins again.
      if (stop.place === -1 || stop.place === stops[0]?.place) break;
      stops.push(stop);
    }
    expect(stops.length).toBeGreaterThan(70);
    expect(stops.filter(({ visible }) => !visible)).toEqual([]);
    expect(stops.map(({ place }) => place)).toEqual(stops.map(({ place }) => place).sort((a, b) => a - b));
  }, 120_000);
});
