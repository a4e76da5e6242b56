import type { BrowserContext, Page } from 'playwright-core';

import { describeWithRedis, RedisServer } from '../../../test/support/redis-server.js';
import { describeInBrowser, DESKTOP, openDemo } from './support/browser.js';
import { Cards } from './support/cards.js';
import { makeFolder, removeFolder } from './support/start-demo.js';
import { buildDemo, TwoNodes } from './support/two-nodes.js';

/** How long a build, and the start of three processes, may take on a busy machine, in milliseconds. */
const TIMEOUT = 240_000;
const MESSAGES = 'Messages';
const STORED = 'Stored task';

describeWithRedis('two nodes and a worker', () => {
  describeInBrowser('in a browser', (browser) => {
    let redis: RedisServer;
    let folder: string;
    let nodes: TwoNodes;
    let addresses: Awaited<ReturnType<TwoNodes['started']>>;
    let context: BrowserContext;
    let pages: Page[];
    let problems: string[];

    beforeAll(async () => {
      await buildDemo();
      redis = await RedisServer.start();
      folder = await makeFolder();
      nodes = new TwoNodes({ REDIS_URL: redis.url, DATA_FOLDER: folder });
      addresses = await nodes.started();
    }, TIMEOUT);

    afterAll(async () => {
      expect(await nodes.interrupt()).toBe(0);
      await redis.close();
      await removeFolder(folder);
    }, TIMEOUT);

    beforeEach(async () => {
      problems = [];
      context = await browser().newContext(DESKTOP);
      pages = [];
      for (const url of [addresses.first, addresses.second])
        pages.push(await openDemo(context, url, problems));
    }, TIMEOUT);

    afterEach(async () => {
      await context.close();
      expect(problems).toEqual([]);
    });

    it(
      'shows on one node what was published on the other, and where it comes from',
      async () => {
        const cards = pages.map((page) => new Cards(() => page));
        for (const [index, { card, waitForStatus }] of cards.entries()) {
          await card(MESSAGES).getByRole('button', { name: 'Connect', exact: true }).click();
          await waitForStatus(MESSAGES, 'Connected');
          const here = card(MESSAGES).getByText('This page comes from');
          expect(await here.innerText()).toMatch(
            new RegExp(`node-${index + 1} \\(here\\).*others over Redis`),
          );
        }
        for (const [index, { card, tryCard }] of cards.entries()) {
          await card(MESSAGES)
            .getByLabel('Message', { exact: true })
            .fill(`from ${index + 1}`);
          await tryCard(MESSAGES, '201 Created');
        }
        const expected = [
          ['node-1 (here)from 1', 'node-2from 2'],
          ['node-1from 1', 'node-2 (here)from 2'],
        ];
        for (const [index, { card }] of cards.entries()) {
          const messages = card(MESSAGES).getByRole('log').locator('p');
          await messages.nth(1).waitFor();
          expect(await messages.allInnerTexts()).toEqual(expected[index]);
        }
      },
      TIMEOUT,
    );

    it(
      'runs in the worker what was enqueued at a node, and tells of it there',
      async () => {
        const { card, tryCard, fact } = new Cards(() => pages[0]!);
        await card(STORED).getByLabel('Letters', { exact: true }).selectOption('20');
        await tryCard(STORED, 'Done');
        expect(await fact(STORED, 'Run by process')).toBe(addresses.worker);
        expect(await fact(STORED, 'Letters sent')).toBe('20 of 20');
      },
      TIMEOUT,
    );
  });
});
