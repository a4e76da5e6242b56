// What the pages of the repository say is so: their code compiles and runs, their commands print what they show, their
// links lead somewhere.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { isCode } from './support/docs/check-blocks.js';
import { findPages } from './support/docs/find-pages.js';
import { PageChecker } from './support/docs/page-checker.js';
import { formatProblem } from './support/docs/problem.js';
import { readPage, type Page } from './support/docs/read-page.js';
import { hasCurl } from './support/docs/run-curl.js';
import { describeWithRedis, RedisServer } from './support/redis-server.js';

/** How long the type check of all pages, or the run of one, may take on a busy machine, in milliseconds. */
const TIMEOUT = 120_000;

const root = path.join(__dirname, '..');
const pages = findPages(root).map((file) => readPage(file, readFileSync(path.join(root, file), 'utf8')));
// With SLUICE_REQUIRE_ALL=1 commands are run in any case, and fail where there is no curl.
const curl = hasCurl() || process.env.SLUICE_REQUIRE_ALL === '1';
// Their code reads the address of a Redis, as it does in production.
const [ofRedis, others] = [true, false].map((asks) =>
  pages.filter(
    ({ blocks }) => blocks.some((block) => isCode(block) && block.code.includes('REDIS_URL')) === asks,
  ),
);
let checker: PageChecker;

beforeAll(() => {
  checker = new PageChecker(pages, root);
}, TIMEOUT);

afterAll(() => {
  checker.remove();
});

const checkPage = async (page: Page): Promise<void> => {
  expect((await checker.check(page, curl)).map(formatProblem)).toEqual([]);
};

test.each(others!)('$file', checkPage, TIMEOUT);

describeWithRedis('pages that ask for a Redis', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
    process.env.REDIS_URL = redis.url;
  });

  afterAll(async () => {
    delete process.env.REDIS_URL;
    await redis.close();
  });

  test.each(ofRedis!)('$file', checkPage, TIMEOUT);
});

test('docs/README.md leads to every page of docs', () => {
  const index = readFileSync(path.join(root, 'docs/README.md'), 'utf8');
  const names = pages.flatMap(({ file }) => /^docs\/(?!README)(.*)$/.exec(file)?.[1] ?? []);
  expect(names.filter((name) => !index.includes(`](${name}`))).toEqual([]);
});

if (!curl) {
  describe.skip('the commands of the pages [SKIPPED: no curl; apt-get install curl]', () => {
    test('print what the pages show', () => {});
  });
}
