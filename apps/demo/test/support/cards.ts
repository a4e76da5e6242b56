import type { Locator, Page } from 'playwright-core';

/** What a test does with the cards of a page. */
export class Cards {
  /** @param page The page as it is then: each test may open another one. */
  constructor(private readonly page: () => Page) {}

  readonly card = (name: string): Locator => this.page().getByRole('article', { name, exact: true });

  /** Presses Try, and waits until the status of the card says so. */
  readonly tryCard = async (name: string, status: string | RegExp): Promise<void> => {
    await this.card(name).getByRole('button', { name: /^Try/ }).click();
    await this.waitForStatus(name, status);
  };

  readonly waitForStatus = (name: string, status: string | RegExp): Promise<void> =>
    this.card(name).getByRole('status').filter({ hasText: status }).waitFor();

  readonly command = (name: string): Locator => this.card(name).getByRole('group', { name: /^Command/ });

  readonly headers = (name: string): Promise<string> =>
    this.card(name)
      .getByRole('group', { name: /^Headers/ })
      .innerText();

  readonly body = (name: string): Promise<string> => this.card(name).getByLabel(/^Body/).innerText();

  /** A number that a card shows, by its name. */
  readonly fact = (name: string, term: string): Promise<string> =>
    this.card(name)
      .locator('.facts div')
      .filter({ has: this.page().getByText(term, { exact: true }) })
      .locator('dd')
      .innerText();

  /** What happened in a card, without the times. */
  readonly steps = async (name: string): Promise<string[]> => {
    const lines = await this.card(name).locator('.timeline li').allInnerTexts();
    return lines.map((line) => line.replace(/^\+\d+ ms /, ''));
  };
}
