import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { BrowserContext, Page } from 'playwright-core';

import { describeInBrowser, DESKTOP, openDemo, toScreenshot } from './support/browser.js';
import { Cards } from './support/cards.js';
import { createItem } from './items/create-item.js';
import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';
import { until } from './support/until.js';

describeInBrowser('the page in a browser', (browser) => {
  let folder: string;
  let demo: Demo;
  let context: BrowserContext;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
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
    // Nothing that a test did may have thrown in the page, or asked another service for anything.
    expect(problems).toEqual([]);
  });

  async function openPage(): Promise<void> {
    problems = [];
    context = await browser().newContext(DESKTOP);
    page = await openDemo(context, demo.url, problems);
  }

  const { card, tryCard, command, headers, body, fact, steps } = new Cards(() => page);

  describe('on a desktop', () => {
    beforeEach(() => openPage());

    it('shows what came back for a JSON value', async () => {
      await tryCard('JSON value', /^200 OK, \d+ bytes in \d+ ms$/);
      expect(await headers('JSON value')).toContain('content-type: application/json; charset=utf-8');
      expect(JSON.parse(await body('JSON value'))).toMatchObject({ message: 'a plain value is JSON' });
      expect(await command('JSON value').innerText()).toBe(`curl -i '${demo.url}/api/basics/json'`);
    });

    it('shows HTML as its source', async () => {
      await tryCard('HTML', '200 OK');
      expect(await headers('HTML')).toContain('content-type: text/html; charset=utf-8');
      expect(await body('HTML')).toContain('<h1>A string, rendered as HTML</h1>');
    });

    it('sends the query that was typed, and writes it into the command', async () => {
      const name = 'Text with a query';
      await card(name).getByLabel('Name').fill("O'Hara & Zoë");
      await tryCard(name, '200 OK');
      expect(await body(name)).toBe("Hello, O'Hara & Zoë!\n");
      expect(await command(name).innerText()).toBe(
        `curl -i '${demo.url}/api/basics/text?name=O%27Hara+%26+Zo%C3%AB'`,
      );

      await card(name).getByLabel('Name').fill('');
      await tryCard(name, '200 OK');
      await card(name).getByText('Hello, world!').waitFor();
    });

    it('says where a redirect led', async () => {
      await tryCard('Redirect', /^200 OK from \/api\/basics\/text\?name=redirected, /);
      expect(await body('Redirect')).toBe('Hello, redirected!\n');
    });

    it('counts visits', async () => {
      await tryCard('Cookie counter', '200 OK');
      expect(JSON.parse(await body('Cookie counter'))).toEqual({ visits: 1 });
      await tryCard('Cookie counter', '200 OK');
      await card('Cookie counter').getByText('"visits": 2').waitFor();
    });

    it('shows the faults of a new item at their fields', async () => {
      const create = card('Create an item');
      const name = create.getByLabel('Name');
      const price = create.getByLabel('Price');
      await name.fill('');
      await price.fill('abc');
      await tryCard('Create an item', '422');
      await create.getByText('name must be longer than or equal to 1 characters', { exact: true }).waitFor();
      expect(await name.getAttribute('aria-invalid')).toBe('true');
      expect(await price.getAttribute('aria-invalid')).toBe('true');
      expect(await create.locator('#create-price-fault').innerText()).toContain('Input should be a number');
      // The first field that is wrong has the focus.
      expect(await page.locator(':focus').getAttribute('id')).toBe('create-name');

      await price.fill('');
      await tryCard('Create an item', '422');
      await create.locator('#create-price-fault', { hasText: /^Field required$/ }).waitFor();
    });

    it('creates an item, lists it, reads it and deletes it', async () => {
      const create = card('Create an item');
      await create.getByLabel('Name').fill('Green tea');
      await create.getByLabel('Price').fill('4.25');
      await tryCard('Create an item', '201 Created');
      const item = JSON.parse(await body('Create an item')) as { id: number; name: string; price: number };
      expect(item).toMatchObject({ name: 'Green tea', price: 4.25 });
      expect(await create.getByLabel('Name').getAttribute('aria-invalid')).toBe('false');
      expect(await command('Create an item').innerText()).toBe(
        `curl -i -H 'content-type: application/json' -d '{"name":"Green tea","price":4.25}' '${demo.url}/api/items'`,
      );

      await card('List items').getByLabel('Limit').fill('1');
      await tryCard('List items', '200 OK');
      expect(JSON.parse(await body('List items'))).toEqual([item]);

      // The id of the new item is there already.
      await tryCard('Read an item', '200 OK');
      expect(JSON.parse(await body('Read an item'))).toEqual(item);
      await tryCard('Delete an item', '204 No Content');
      expect(await body('Delete an item')).toBe('(none)');
      expect(await command('Delete an item').innerText()).toBe(
        `curl -i -X DELETE '${demo.url}/api/items/${item.id}'`,
      );
      await tryCard('Read an item', '404 Not Found');
    });

    it('shows the log, a range of it, and saves it', async () => {
      await tryCard('File download', '200 OK');
      expect(await headers('File download')).toContain(
        'content-disposition: attachment; filename="activity.log"',
      );
      const whole = await body('File download');
      await card('File download').getByLabel('Part').selectOption('The first 20 bytes');
      await tryCard('File download', '206 Partial Content');
      expect(await body('File download')).toBe(whole.slice(0, 20));
      expect(await command('File download').innerText()).toContain("-H 'Range: bytes=0-19'");
      await card('File download').getByLabel('Part').selectOption('What lies behind its end');
      await tryCard('File download', '416');

      const download = page.waitForEvent('download');
      await card('File download').getByRole('link', { name: 'Save the file' }).click();
      expect((await download).suggestedFilename()).toBe('activity.log');
    });

    it('counts the rows of the export', async () => {
      const rows = async (): Promise<number> => Number(await fact('CSV export', 'Rows'));
      await createItem(demo.url, 'two\nlines, "quoted"');
      await tryCard('CSV export', /^200 OK, complete in \d+ ms$/);
      const before = await rows();
      await card('CSV export').getByRole('button', { name: 'Add 100 items' }).click();
      await card('CSV export').getByText('100 items added.').waitFor();
      await tryCard('CSV export', /^200 OK, complete in \d+ ms$/);
      expect(await rows()).toBe(before + 100);
      expect(await body('CSV export')).toMatch(/^id,name,price,createdAt\r?\n/);
    });

    it('shows changes while it is connected', async () => {
      const events = card('Live events');
      const disconnect = events.getByRole('button', { name: 'Disconnect' });
      expect(await disconnect.isDisabled()).toBe(true);
      await tryCard('Live events', '200 OK, connected');
      expect(await headers('Live events')).toContain('content-type: text/event-stream');

      const item = await createItem(demo.url, 'from elsewhere');
      await events.getByText(JSON.stringify(item)).waitFor();
      await fetch(`${demo.url}/api/items/${item.id}`, { method: 'DELETE' });
      await events.getByText('event: deleted').waitFor();
      await events.getByRole('button', { name: 'Create an item' }).click();
      await events.getByText('"name":"Event 1"').waitFor();

      await disconnect.click();
      await events.getByRole('status').filter({ hasText: 'Disconnected' }).waitFor();
      expect(await page.locator(':focus').innerText()).toBe('Try: connect');
      const seen = await body('Live events');
      await createItem(demo.url, 'unseen');
      await tryCard('JSON value', '200 OK');
      expect(await body('Live events')).toBe(seen);
    });

    it('shows that the response came before the line of the background task', async () => {
      const background = card('Background task');
      await background.getByLabel('Name').fill('Cocoa');
      await tryCard('Background task', '201 Created');
      const verdict = background.getByText(/^The response came \d+ ms before the line in the log\.$/);
      await verdict.waitFor();
      expect(await steps('Background task')).toEqual([
        'request sent',
        'response arrived: 201 Created',
        expect.stringMatching(/^activity log read: no line about item \d+ yet$/),
        expect.stringMatching(/^activity log read: \S+Z created item \d+: Cocoa$/),
      ]);
      expect(Number(/\d+/.exec(await verdict.innerText())?.[0])).toBeGreaterThan(0);
    });

    it('pauses a download, goes on by a range, checks the bytes and saves them', async () => {
      const pausable = card('Pause and resume');
      const progress = pausable.getByRole('progressbar');
      const asked: { status: number; range: string | undefined }[] = [];
      page.on('response', (response) => {
        if (!response.url().endsWith('/readings.csv')) return;
        asked.push({ status: response.status(), range: response.request().headers().range });
      });
      expect(await progress.getAttribute('aria-valuenow')).toBe('0');

      await pausable.getByRole('button', { name: 'Try: download' }).click();
      await until(
        async () => (Number(await progress.getAttribute('aria-valuenow')) > 0 ? true : undefined),
        'some progress',
      );
      await pausable.getByRole('button', { name: 'Pause' }).click();
      const paused = pausable.getByRole('status').filter({ hasText: 'Paused' });
      await paused.waitFor();
      expect(await page.locator(':focus').innerText()).toBe('Try: resume');
      expect(Number(await progress.getAttribute('aria-valuenow'))).toBeLessThan(100);
      const [next] = /bytes=\d+-$/.exec(await paused.innerText()) ?? [];

      await pausable.getByLabel('Speed').selectOption('As fast as it goes');
      await tryCard('Pause and resume', '✓ Complete and correct');
      expect(await progress.getAttribute('aria-valuenow')).toBe('100');
      expect(asked).toEqual([
        { status: 200, range: undefined },
        { status: 206, range: next },
      ]);
      expect(await pausable.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringMatching(/^200 OK 0\.0 – \d\.\d MB$/),
        expect.stringMatching(/^206 Partial Content \d\.\d – \d\.\d MB$/),
      ]);

      const download = page.waitForEvent('download');
      await pausable.getByRole('link', { name: 'Save “Température – Zürich.csv”' }).click();
      const saved = await download;
      expect(saved.suggestedFilename()).toBe('Température – Zürich.csv');
      const sha256 = createHash('sha256')
        .update(await readFile(await saved.path()))
        .digest('base64');
      expect(await pausable.getByText(/^SHA-256/).innerText()).toContain(sha256);
      const { headers: given } = await fetch(`${demo.url}/api/downloads/readings.csv`, { method: 'HEAD' });
      expect(given.get('repr-digest')).toBe(`sha-256=:${sha256}:`);
    });

    it('starts a download over when the file has changed meanwhile', async () => {
      const pausable = card('Pause and resume');
      await pausable.getByRole('button', { name: 'Try: download' }).click();
      await pausable.getByText('200 OK').waitFor();
      await pausable.getByRole('button', { name: 'Pause' }).click();
      await pausable.getByRole('button', { name: 'Change the file' }).click();
      await pausable.getByRole('status').filter({ hasText: 'another one now' }).waitFor();
      await pausable.getByLabel('Speed').selectOption('As fast as it goes');
      await tryCard('Pause and resume', '✓ Complete and correct');
      expect(await pausable.getByRole('listitem').allInnerTexts()).toEqual([
        expect.stringMatching(/^200 OK 0\.0 – \d\.\d MB – another file, from its beginning$/),
      ]);
    });

    it('goes on with a download after the connection was lost', async () => {
      const pausable = card('Pause and resume');
      await pausable.getByRole('button', { name: 'Try: download' }).click();
      await pausable.getByText('200 OK').waitFor();
      await pausable.getByRole('button', { name: 'Pause' }).click();
      await pausable.getByRole('status').filter({ hasText: 'Paused' }).waitFor();
      await context.setOffline(true);
      await tryCard('Pause and resume', 'No complete answer');
      await context.setOffline(false);
      await pausable.getByLabel('Speed').selectOption('As fast as it goes');
      await tryCard('Pause and resume', '✓ Complete and correct');
      await pausable.getByText('206 Partial Content').waitFor();
    });

    it('saves a file under its Unicode name', async () => {
      const download = page.waitForEvent('download');
      await card('Pause and resume').getByRole('link', { name: 'Save the file' }).click();
      expect((await download).suggestedFilename()).toBe('Température – Zürich.csv');
    });

    it('plays a sound from its last line, and asks for no more than that takes', async () => {
      const ranges: string[] = [];
      page.on('response', async (response) => {
        const range = await response.request().headerValue('range');
        if (response.status() === 206 && range !== null) ranges.push(range);
      });
      const sound = card('Sound');
      await sound.getByText(/% has arrived/).waitFor();
      const seeked = page.evaluate(`new Promise((resolve) => {
        const audio = document.querySelector('#melody-audio');
        audio.addEventListener('seeked', () => resolve(audio.currentTime), { once: true });
      })`);
      await tryCard('Sound', 'At 0:24');
      // It may have begun to play by then.
      expect(Math.floor((await seeked) as number)).toBe(24);
      expect(await page.evaluate('document.querySelector("#melody-audio").duration')).toBe(32);
      await until(
        async () => (ranges.some((range) => /^bytes=[1-9]\d*-\d*$/.test(range)) ? true : undefined),
        'a request for a part behind the beginning',
      );
      await sound.getByText(/^\d\d % has arrived: 0:00 – 0:\d\d and 0:2\d – 0:\d\d$/).waitFor();
    });

    it('shows that a file for one request is gone afterwards', async () => {
      await tryCard('Temporary file', '200 OK');
      const last = card('Temporary file').getByText('temporary files that the service has now: 0');
      await last.waitFor();
      expect(await steps('Temporary file')).toEqual([
        'request sent',
        'file arrived',
        'temporary files that the service has now: 0',
      ]);
      expect(await headers('Temporary file')).toContain('filename="My items.csv"');
    });

    it('gets what is in the folder, and nothing else', async () => {
      const choose = (name: string) => card('Folder').getByLabel('File').selectOption(name);
      await choose('recipes/Crème brûlée.txt');
      await tryCard('Folder', '200 OK');
      expect(await body('Folder')).toContain('Cream, sugar');
      for (const name of ['../beside-the-shelf.txt', '.password.txt', 'recipes']) {
        await choose('hello.txt');
        await tryCard('Folder', '200 OK');
        await choose(name);
        await tryCard('Folder', '404 Not Found');
      }
    });

    it('says so when the service does not answer', async () => {
      await context.setOffline(true);
      await tryCard('JSON value', /^No complete answer: .*is the service running\?/);
      await context.setOffline(false);
      await tryCard('JSON value', '200 OK');
    });

    it('copies a command', async () => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      await card('HTML').getByRole('button', { name: 'Copy curl' }).click();
      await card('HTML').getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
        `curl -i '${demo.url}/api/basics/html'`,
      );
    });

    it('is used by keyboard alone', async () => {
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').innerText()).toBe('Skip to the cards');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').innerText()).toBe('src/basics/basics-controller.ts');
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').innerText()).toBe('Try');
      await page.keyboard.press('Enter');
      await card('JSON value').getByRole('status').filter({ hasText: '200 OK' }).waitFor();

      await card('Text with a query').getByLabel('Name').focus();
      await page.keyboard.press('End');
      await page.keyboard.type(' Lovelace');
      await page.keyboard.press('Enter');
      await card('Text with a query').getByText('Hello, Ada Lovelace!').waitFor();
    });
  });

  it('shows the documentation of the routes, on which they can be tried', async () => {
    await createItem(demo.url, 'documented');
    await openPage();
    await page.goto(`${demo.url}/api/docs`);
    const operation = page.locator('#operations-items-ItemsController_list');
    await operation.click();
    await operation.getByRole('button', { name: 'Try it out' }).click();
    await operation.getByRole('button', { name: 'Execute', exact: true }).click();

    await operation.locator('.live-responses-table').getByText('documented').first().waitFor();
    await page.screenshot({ path: await toScreenshot('docs'), fullPage: true });
  });
});
