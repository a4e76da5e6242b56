// docs/errors.md and the catalogue of codes say the same, and the messages of the page are those that are printed.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ResponseError, SetupError } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';

import { RESPONSE_CODES, SETUP_CODES } from '../packages/core/src/errors/error-codes.js';
import { createServer } from '../packages/fastify-adapter/test/support/start.js';
import { readPage } from './support/docs/read-page.js';
import { controllerExamples, type SetupExample } from './support/errors/controller-examples.js';
import { documentationExamples } from './support/errors/documentation-examples.js';
import { parameterExamples } from './support/errors/parameter-examples.js';
import { responseExamples } from './support/errors/response-examples.js';

// A code without an example, or an example without a code, is a fault of types here.
const setupExamples: Readonly<Record<keyof typeof SETUP_CODES, SetupExample>> = {
  ...controllerExamples,
  ...parameterExamples,
  ...documentationExamples,
};

const page = readPage(
  'docs/errors.md',
  readFileSync(path.join(__dirname, '..', 'docs', 'errors.md'), 'utf8'),
);

/** The messages in the section of a code. */
function messagesOf(code: string): string[] {
  const at = page.headings.findIndex(({ text }) => text === code);
  const [from, to] = [page.headings[at], page.headings[at + 1]].map((heading) => heading?.line);
  if (from === undefined) return [];
  return page.blocks
    .filter(({ info, line }) => info === 'text' && line > from && line < (to ?? Infinity))
    .map(({ code: message }) => message);
}

test('the page has a section for each code, in the order of the catalogue, and no other', () => {
  const sections = page.headings.filter(({ level }) => level > 1).map(({ level, text }) => [level, text]);
  expect(sections).toEqual([
    [2, 'Set-up errors'],
    ...Object.keys(SETUP_CODES).map((code) => [3, code]),
    [2, 'Response errors'],
    ...Object.keys(RESPONSE_CODES).map((code) => [3, code]),
  ]);
});

test.each(Object.entries(setupExamples))('%s is printed as the page shows it', async (code, example) => {
  const { app } = createServer();
  const start = async (): Promise<void> => {
    await app.register(sluice, example());
    await example.after?.(app);
    await app.ready();
  };
  const error = await start().catch((thrown: unknown) => thrown);
  await app.close();

  expect(error).toBeInstanceOf(SetupError);
  expect((error as SetupError).faults.map((fault) => fault.code)).toEqual([code]);
  expect(messagesOf(code)).toEqual([(error as SetupError).message]);
});

test.each(Object.entries(responseExamples))('%s is printed as the page shows it', async (code, call) => {
  const error = await (async () => call())().catch((thrown: unknown) => thrown);

  expect(error).toMatchObject({ name: ResponseError.name, code });
  expect(messagesOf(code)).toEqual([(error as Error).message]);
});
