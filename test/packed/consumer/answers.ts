// For the runner of a consumer, which has jest's words: it is copied to one as `answers.test.ts`.
import { createTestServer } from '@sluice/fastify-adapter/testing';

import { explicitControllers } from '../../compilers/app/src/explicit.js';
import { inferredControllers } from '../../compilers/app/src/inferred.js';
import { askAll } from '../../compilers/ask.js';
import { allExpected } from '../../compilers/expected-answers.js';

test.each([
  ['explicit', explicitControllers],
  ['inferred', inferredControllers],
])('controllers with %s types answer as all others', async (_, controllers) => {
  const server = await createTestServer({ controllers });
  try {
    expect(await askAll(server.url)).toEqual(allExpected);
  } finally {
    await server.close();
  }
});
