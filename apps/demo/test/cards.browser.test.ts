import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { BrowserContext, Page } from 'playwright-core';

import { describeInBrowser, DESKTOP, openDemo } from './support/browser.js';
import { Cards } from './support/cards.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';

const LIFE = 'Life of a request';
const SOURCES = path.join(__dirname, '..', 'src');

describeInBrowser('the cards in a browser', (browser) => {
  let folder: string;
  let demo: Demo;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    folder = await makeFolder();
    demo = await startDemo(folder);
    await fetch(`${demo.url}/api/downloads/melody.wav`, { method: 'HEAD' });
  });

  afterAll(async () => {
    await demo.close();
    await removeFolder(folder);
  });

  beforeEach(async () => {
    problems = [];
    context = await browser().newContext(DESKTOP);
    page = await openDemo(context, demo.url, problems);
  });

  afterEach(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });

  const { card, tryCard, waitForStatus, body, steps } = new Cards(() => page);

  /** Chooses an ending of the request, and gives what the card tells of it when all is closed. */
  async function live(ending: string, status: string): Promise<string[]> {
    await card(LIFE).getByLabel('How it ends').selectOption(ending);
    await tryCard(LIFE, status);
    await card(LIFE).getByRole('listitem').filter({ hasText: 'session closed' }).waitFor();
    return steps(LIFE);
  }

  describe('the code of each', () => {
    it('is a piece of the file that it names, as it lies on the disk', async () => {
      const articles = page.locator('article.card');
      const count = await articles.count();
      expect(count).toBeGreaterThan(15);
      for (let index = 0; index < count; index += 1) {
        const article = articles.nth(index);
        await article.locator('.code .token').first().waitFor();
        const references = (await article.locator('.source').getAttribute('data-source'))!.split(' ');
        for (const [place, reference] of references.entries()) {
          const [file, members] = reference.split('#') as [string, string];
          const code = await article.locator('.code').nth(place).innerText();
          for (const member of members.split(',')) expect(code).toMatch(new RegExp(`\\b${member}\\b`));
          const lines = new Set(
            (await readFile(path.join(SOURCES, file), 'utf8')).split('\n').map((line) => line.trim()),
          );
          expect(code.split('\n').filter((line) => !lines.has(line.trim()))).toEqual([]);
        }
      }
    });

    it('begins with the decorator of the route, and ends with its method', async () => {
      const code = await card('Text with a query').locator('.code').innerText();
      expect(code).toBe(
        [
          "@Get('/text', { responseClass: PlainTextResponse })",
          "text(@Query('name', { default: 'world' }) name: string): string {",
          '  return `Hello, ${name}!\\n`;',
          '}',
        ].join('\n'),
      );
    });

    it('leads to the whole file', async () => {
      await card('JSON value').getByRole('link', { name: 'src/basics/basics-controller.ts' }).click();
      await page.waitForURL('**/source/basics/basics-controller.ts');
      expect(await page.locator('body').innerText()).toContain('export class BasicsController');
    });
  });

  describe('the life of a request', () => {
    it('ends with the session, after the last byte and the task', async () => {
      expect(await live('All goes well', 'Complete')).toEqual([
        'session opened',
        'transaction begun',
        'handler called',
        'head and first byte',
        'handler left',
        'transaction committed',
        'last byte of 48',
        'task begins',
        'task ends',
        'session closed',
      ]);
      expect(await body(LIFE)).toBe('line 1 of 4\nline 2 of 4\nline 3 of 4\nline 4 of 4\n');
    });

    it('is closed behind a client that leaves, and the task runs all the same', async () => {
      const told = await live('The client leaves in mid-stream', 'Left in mid-stream');
      expect(told).toContain('response ended: client-closed');
      expect(told.slice(-3)).toEqual(['task begins', 'task ends', 'session closed']);
    });

    it('is closed after an error in mid-stream, which the client sees, and no task runs', async () => {
      const told = await live('The handler throws in mid-stream', 'Broken off');
      expect(told).toEqual(expect.arrayContaining(['transaction rolled back', 'response ended: error']));
      expect(told).not.toContain('task begins');
    });

    it('is closed before an error response is sent', async () => {
      const told = await live('The handler throws before the first byte', '409 Conflict');
      expect(told.indexOf('session closed')).toBeLessThan(told.indexOf('head and first byte'));
      expect(told).toContain('transaction rolled back');
      expect(await body(LIFE)).toContain('The handler refused');
    });
  });

  it('are listed, and the section that is read is marked', async () => {
    const contents = page.getByRole('navigation', { name: 'Cards' });
    const titles = await page.locator('article h3').allInnerTexts();
    expect(await contents.locator('li li').allInnerTexts()).toEqual(titles);
    await contents.getByRole('link', { name: 'CSV export' }).click();
    await contents.locator('[aria-current]', { hasText: 'Streams' }).waitFor();
  });

  describe('what goes wrong on the page', () => {
    const problem = () => page.getByRole('alert').getByRole('listitem');

    it('is said, and put away by a button', async () => {
      await page.evaluate(`{
        setTimeout(() => { throw new RangeError('thrown by a timer'); });
        void Promise.reject(new TypeError('rejected'));
      }`);
      await problem().nth(1).waitFor();
      expect((await problem().allInnerTexts()).sort()).toEqual([
        'RangeError: thrown by a timer',
        'TypeError: rejected',
      ]);
      await page.getByRole('button', { name: 'Hide' }).click();
      expect(await page.getByRole('alert').count()).toBe(0);
      expect(problems.splice(0).sort()).toEqual(['rejected', 'thrown by a timer']);
    });

    it('is said of a card whose answer cannot be read', async () => {
      await page.route('**/api/basics/json', (route) =>
        route.fulfill({ contentType: 'application/json', body: '{"half' }),
      );
      await card('JSON value').getByRole('button', { name: /^Try/ }).click();
      await waitForStatus('JSON value', 'The page failed');
      await problem().filter({ hasText: 'SyntaxError' }).waitFor();
      expect(problems.splice(0)).toHaveLength(1);
    });

    it('is said of a script that is not there', async () => {
      await page.route('**/assets/page.js', (route) => route.abort());
      await page.reload();
      await problem().filter({ hasText: '/assets/page.js could not be loaded' }).waitFor();
    });

    it('is said of a source that the service does not have', async () => {
      await page.route('**/source/live/**', (route) => route.fulfill({ status: 404 }));
      await page.reload();
      await card('Text, word by word').getByText('This source cannot be shown').waitFor();
      await card('JSON value').locator('.code .token').first().waitFor();
    });
  });
});
