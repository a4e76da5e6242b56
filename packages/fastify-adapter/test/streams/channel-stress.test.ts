// One channel, a thousand clients, a hundred of which read nothing: what is counted adds up, memory is bounded, and nothing is
// left when they have gone.
import { connect as connectHttp1 } from 'node:net';
import { connect as connectHttp2 } from 'node:http2';

import { StreamProcess } from '../support/stream-process.js';
import { VERSIONS, type Version } from '../support/stream-call.js';

const CLIENTS = 1000;
const SLOW = 100;
const BATCH = 40;
const BATCHES = 5;
const QUEUE_LIMIT = 50;
/** What the server may hold for a hundred clients that read nothing, while they are sent more than 100 MB. */
const MOST_HELD = 24 * 1024 * 1024;
const LAST = 'event: last\n';
/** Subscriptions of whose sockets Node may keep something, in its pool of parsers. */
const FEW = 100;
const LOOKS = 50;
/** Milliseconds that the test may take where other work has the machine. */
const PATIENCE = 120_000;

/** A client of an event stream that counts what it got, and may read nothing. */
interface Reader {
  /** Whether the head of the response is there, as far as it reads. */
  readonly begun: boolean;
  readonly lasts: number;
  readonly ended: boolean;
  resume(): void;
  leave(): void;
}

function createReader(version: Version, port: number, path: string, reads: boolean): Reader {
  let [begun, ended, lasts, tail] = [false, false, 0, ''];
  const take = (bytes: Buffer): void => {
    begun = true;
    // A mark may come in two pieces: what could begin one is kept.
    const text = tail + bytes.toString('latin1');
    lasts += text.split(LAST).length - 1;
    tail = text.slice(-(LAST.length - 1));
  };
  const end = (): void => {
    ended = true;
  };
  const session = version === 'HTTP/2' ? connectHttp2(`http://127.0.0.1:${port}`) : undefined;
  session?.on('error', () => undefined);
  const source = session?.request({ ':path': path }) ?? connectHttp1({ port, host: '127.0.0.1' });
  source.on('error', () => undefined).on('end', end);
  source.on('close', end);
  if (session === undefined) source.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
  if (reads) source.on('data', take);
  else source.pause();
  return {
    get begun() {
      return begun;
    },
    get lasts() {
      return lasts;
    },
    get ended() {
      return ended;
    },
    resume: () => {
      source.on('data', take).resume();
    },
    leave: () => {
      source.destroy();
      session?.destroy();
    },
  };
}

/** Waits for what many clients have to get. */
async function untilAll(readers: readonly Reader[], isSo: (reader: Reader) => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!readers.every(isSo)) {
    if (Date.now() > deadline)
      throw new Error(`waited 60 s: ${readers.filter(isSo).length} of ${readers.length}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe.each(
  VERSIONS.flatMap((version) =>
    (['drop-oldest', 'disconnect'] as const).map((policy) => [policy, version] as const),
  ),
)('a channel with a thousand clients that has the policy %s, on %s', (policy, version) => {
  let program: StreamProcess;
  const readers: Reader[] = [];
  beforeAll(async () => {
    program = await StreamProcess.start(version);
  }, PATIENCE);
  afterAll(async () => {
    for (const reader of readers) reader.leave();
    await program.stop();
  });

  const subscribe = (count: number, reads: boolean): Reader[] => {
    const added = Array.from({ length: count }, () =>
      createReader(version, program.port, `/channels/${policy}`, reads),
    );
    readers.push(...added);
    return added;
  };
  const counts = () => program.query(`counts ${policy}`);
  const subscribers = async (count: number): Promise<void> => {
    for (let look = 0; (await counts()).subscribers !== count; look += 1) {
      if (look > 2000) throw new Error(`there are ${(await counts()).subscribers} subscribers, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };

  it(
    'counts each event for each of them, holds little, and leaves nothing',
    async () => {
      const [first] = subscribe(1, true);
      await untilAll([first!], ({ begun }) => begun);
      first!.leave();
      await subscribers(0);
      const before = await program.query('left');

      const slow = subscribe(SLOW, false);
      await subscribers(SLOW);
      const heldBefore = await program.query('held');
      const large = await program.query(`overfill ${policy}`);
      const full = await counts();
      expect(full.published).toBe(large);
      if (policy === 'disconnect') {
        expect([full.disconnected, full.subscribers, full.dropped]).toEqual([SLOW, 0, 0]);
        expect(full.delivered).toBeLessThan(large * SLOW);
      } else {
        expect([full.disconnected, full.subscribers]).toEqual([0, SLOW]);
        // What is neither is waiting, no more than the queues take.
        const waiting = large * SLOW - full.delivered - full.dropped;
        expect(waiting).toBeGreaterThanOrEqual(0);
        expect(waiting).toBeLessThanOrEqual(SLOW * QUEUE_LIMIT);
      }
      expect((await program.query('held')) - heldBefore).toBeLessThan(MOST_HELD);

      const quick = subscribe(CLIENTS - SLOW, true);
      await subscribers(policy === 'disconnect' ? CLIENTS - SLOW : CLIENTS);
      await untilAll(quick, ({ begun }) => begun);
      for (let batch = 1; batch <= BATCHES; batch += 1) {
        await program.query(`publish ${policy}`);
        await untilAll(quick, ({ lasts }) => lasts === batch);
      }
      const small = BATCH * BATCHES;
      const last = await counts();
      expect(last.published).toBe(large + small);
      expect((await program.query('held')) - heldBefore).toBeLessThan(2 * MOST_HELD);
      if (policy === 'disconnect') {
        // Who reads missed nothing; who does not was given nothing more.
        expect(last.delivered - full.delivered).toBe(small * (CLIENTS - SLOW));
        expect([last.dropped, last.disconnected]).toEqual([0, SLOW]);
      } else {
        for (const reader of slow) reader.resume();
        await untilAll(slow, ({ lasts }) => lasts >= 1);
        await program.query(`publish ${policy}`);
        await untilAll(readers.slice(1), ({ lasts }) => lasts >= 2);
        await untilAll(quick, ({ lasts }) => lasts === BATCHES + 1);
        const whole = await counts();
        expect(whole.delivered + whole.dropped).toBe(
          (large + small + BATCH) * SLOW + (small + BATCH) * (CLIENTS - SLOW),
        );
      }

      for (const reader of readers) reader.leave();
      await subscribers(0);
      let after = await program.query('left');
      for (let look = 0; look < LOOKS && (after.sockets > 0 || after.subscriptions > FEW); look += 1)
        after = await program.query('left');
      expect(after.sockets).toBe(0);
      expect(after.subscriptions).toBeLessThanOrEqual(FEW);
      expect(after.timers).toBeLessThanOrEqual(before.timers);
    },
    PATIENCE,
  );
});
