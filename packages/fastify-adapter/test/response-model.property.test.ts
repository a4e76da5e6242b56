// Of random values by random models nothing undeclared is sent, and what is sent is what the model says.
import { Controller, EventSourceResponse, Get, JSONLinesResponse, type RouteOptions } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import fc from 'fast-check';
import Fastify from 'fastify';

import { randomModel, SECRET, type Flags } from './support/random-models.js';

const MODELS = Number(process.env.SLUICE_RANDOM_MODELS ?? 80);
const VALUES_OF_A_MODEL = 10;

/** Serves values by a model as JSON, lines and events, and gives the bodies. */
async function send(
  values: readonly unknown[],
  options: RouteOptions,
): Promise<[json: string[], lines: string, events: string]> {
  @Controller()
  class Values {
    at = 0;
    @Get('/json', options) json() {
      return values[this.at++];
    }
    @Get('/lines', { ...options, responseClass: JSONLinesResponse }) lines() {
      return values;
    }
    @Get('/events', { ...options, responseClass: EventSourceResponse }) events() {
      return values;
    }
  }
  const app = Fastify();
  await app.register(sluice, { controllers: [Values] });
  const json: string[] = [];
  while (json.length < values.length) json.push((await app.inject('/json')).body);
  const lines = (await app.inject('/lines')).body;
  const events = (await app.inject('/events')).body;
  await app.close();
  return [json, lines, events];
}

test(
  'JSON, lines and events hold what a simple reading of the model says, and nothing undeclared',
  async () => {
    const models = randomModel(3).chain(({ spec, cases }) =>
      fc.record({
        spec: fc.constant(spec),
        cases: fc.array(cases, { minLength: 1, maxLength: VALUES_OF_A_MODEL }),
        flags: fc.record<Flags>({ excludeNone: fc.boolean(), excludeUnset: fc.boolean() }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(models, async ({ spec, cases, flags }) => {
        const expected = cases.map(({ sent }) => JSON.stringify(sent(flags)));
        const [json, lines, events] = await send(
          cases.map(({ value }) => value),
          {
            responseModel: spec,
            responseModelExcludeNone: flags.excludeNone,
            responseModelExcludeUnset: flags.excludeUnset,
          },
        );
        expect(json).toEqual(expected);
        expect(lines).toBe(expected.map((each) => `${each}\n`).join(''));
        expect(events).toBe(expected.map((each) => `data: ${each}\n\n`).join(''));
        expect([...json, lines, events].join()).not.toContain(SECRET);
      }),
      { numRuns: MODELS },
    );
  },
  60_000 + MODELS * 1000,
);
