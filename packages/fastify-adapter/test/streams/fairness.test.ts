// A source that never waits leaves the process to others: no turn of the event loop is longer than 20 ms.
import { StreamProcess } from '../support/stream-process.js';
import { VERSIONS } from '../support/stream-call.js';

const LIMIT = 20;
/** The best of a few tries counts: a garbage collection can make one turn longer, code that holds the loop makes all. */
const TRIES = 4;

describe.each(VERSIONS)('a source that never waits, on %s', (version) => {
  let program: StreamProcess;
  beforeAll(async () => {
    program = await StreamProcess.start(version);
  });
  afterAll(() => program.stop());

  it.each(['/million', '/million-async', '/million-lines', '/slow-rows'])(
    'holds the event loop for at most 20 ms at a time: %s',
    async (target) => {
      let best = Infinity;
      for (let attempt = 0; attempt < TRIES && best > LIMIT; attempt += 1) {
        await program.query('watchTurns');
        expect((await program.ask(target).ended()).ending).toBe('complete');
        best = Math.min(best, await program.query('longestTurn'));
      }
      expect(best).toBeLessThanOrEqual(LIMIT);
    },
  );
});
