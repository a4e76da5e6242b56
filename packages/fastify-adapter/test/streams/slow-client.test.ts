// A slow client costs no memory: what it has not read is not made.
import { setTimeout as wait } from 'node:timers/promises';

import { StreamProcess } from '../support/stream-process.js';
import { VERSIONS } from '../support/stream-call.js';
import { until } from '../support/http-client.js';

const MIB = 1024 * 1024;
/** What is held above an idle server at most, whatever the source could make. */
const LIMIT = 8 * MIB;

describe.each(VERSIONS)('a slow client on %s', (version) => {
  let program: StreamProcess;
  beforeAll(async () => {
    program = await StreamProcess.start(version);
    // The first response of each kind compiles what all others use.
    for (const target of ['/sync', '/async', '/bytes', '/events']) {
      const response = program.ask(target);
      await until(() => response.chunks.length > 20, 'some chunks');
      response.leave();
    }
    await wait(50);
  });
  afterAll(() => program.stop());

  it.each(['/sync', '/async', '/bytes', '/events'])(
    'that reads nothing, and then slowly, has at most 8 MiB held for it: %s',
    async (target) => {
      const idle = await program.query('held');
      const madeBefore = await program.query('made');
      const response = await program.ask(target, { paused: true }).head();
      await wait(100);
      const heldWhileStalled = (await program.query('held')) - idle;
      // The system's buffers between the two take some megabytes on the loopback.
      expect((await program.query('made')) - madeBefore).toBeLessThan(32 * MIB);
      let [most, read] = [heldWhileStalled, 0];
      for (let round = 0; round < 3; round += 1) {
        response.resume();
        await until(() => response.chunks.length > read + 10, 'more chunks');
        response.pause();
        read = response.chunks.length;
        most = Math.max(most, (await program.query('held')) - idle);
      }
      response.leave();
      expect(most).toBeLessThan(LIMIT);
      expect(response.ending).not.toBe('complete');
    },
  );
});
