// The check of the pages, by pages that are right and a page for each mistake.
import path from 'node:path';

import { PageChecker } from './support/docs/page-checker.js';
import { readPage } from './support/docs/read-page.js';
import { rightPages } from './support/docs/right-pages.js';
import { hasCurl } from './support/docs/run-curl.js';
import { wrongPages } from './support/docs/wrong-pages.js';

const TIMEOUT = 60_000;

const right = Object.entries(rightPages).map(([title, text]) => ({
  title,
  page: readPage('docs/sample.md', text),
}));
const wrong = Object.entries(wrongPages).map(([title, [text, ...problems]]) => ({
  title,
  page: readPage('docs/sample.md', text),
  problems,
}));

const isRun = hasCurl() || process.env.SLUICE_REQUIRE_ALL === '1';
const suite = isRun ? describe : describe.skip;

suite(`the check of the pages${isRun ? '' : ' [SKIPPED: no curl; apt-get install curl]'}`, () => {
  let checker: PageChecker;

  beforeAll(() => {
    const pages = [...right, ...wrong].map(({ page }) => page);
    checker = new PageChecker(pages, path.join(__dirname, '..'));
  }, TIMEOUT);

  afterAll(() => {
    checker.remove();
  });

  it.each(right)(
    'accepts $title',
    async ({ page }) => {
      expect(await checker.check(page, true)).toEqual([]);
    },
    TIMEOUT,
  );

  it.each(wrong)(
    'tells $title',
    async ({ page, problems }) => {
      expect(await checker.check(page, true)).toEqual(
        problems.map(([line, message]) => ({
          file: 'docs/sample.md',
          line,
          message: expect.stringContaining(message) as string,
        })),
      );
    },
    TIMEOUT,
  );
});
