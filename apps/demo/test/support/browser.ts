import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';

import { findChromium } from './find-chromium.js';

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 900 } };
export const PHONE: BrowserContextOptions = {
  // The narrowest that WCAG 2.2, 1.4.10 asks for.
  viewport: { width: 320, height: 640 },
  isMobile: true,
  hasTouch: true,
};

const SCREENSHOTS = path.join(__dirname, '..', 'screenshots');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = findChromium();
const reason = ' [SKIPPED: no Chromium; apt-get install chromium or set CHROMIUM_PATH]';

/** A suite that has a browser: skipped where there is none, unless nothing may be skipped. */
export function describeInBrowser(title: string, suite: (browser: () => Browser) => void): void {
  if (executablePath === undefined) {
    if (process.env.SLUICE_REQUIRE_ALL === '1') {
      it('has a browser, since SLUICE_REQUIRE_ALL=1 lets nothing be skipped', () => {
        throw new Error('no Chromium; apt-get install chromium or set CHROMIUM_PATH');
      });
    }
    describe.skip(title + reason, () => {
      suite(() => {
        throw new Error('no Chromium');
      });
    });
    return;
  }
  describe(title, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
    });
    afterAll(() => browser.close());
    suite(() => browser);
  });
}

/** Opens the demo's page. `problems` gets what it throws, and what it asks of anyone else. */
export async function openDemo(context: BrowserContext, url: string, problems: string[]): Promise<Page> {
  // Sooner than the test's own limit: the error then names what was waited for.
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) problems.push(`request to ${request.url()}`);
  });
  await page.goto(url);
  return page;
}

/** Where a picture of that name is left for a person to look at. */
export async function toScreenshot(name: string): Promise<string> {
  await mkdir(SCREENSHOTS, { recursive: true });
  return path.join(SCREENSHOTS, `${name}.png`);
}
