import { setImmediate as nextTurn } from 'node:timers/promises';

import { ServerSentEvent } from '../sse/server-sent-event.js';
import { FanOut, type Reader } from './fan-out.js';

const entry = (n: number) => ({
  event: new ServerSentEvent({ data: n, id: String(n) }),
  position: String(n),
});

/** A reader that takes all that there is whenever it is woken, or never. */
class TestReader implements Reader {
  place: number;
  woken = 0;
  overflows = 0;
  readonly texts: string[] = [];

  constructor(
    readonly fanOut: FanOut,
    readonly takes: boolean,
  ) {
    this.place = fanOut.end;
    fanOut.begin(this, fanOut.join(this));
  }

  wake(): void {
    this.woken += 1;
    for (let batch = this.fanOut.take(this.place); this.takes && batch !== undefined;) {
      this.texts.push(Buffer.from(batch.bytes).toString());
      this.place += batch.events;
      batch = this.fanOut.take(this.place);
    }
  }

  overflow(): void {
    this.overflows += 1;
    this.place = this.fanOut.end - this.fanOut.limit;
  }
}

test('wakes everyone once for all that came in a turn, and joins it', async () => {
  const fanOut = new FanOut(10, 'drop-oldest');
  const readers = [new TestReader(fanOut, true), new TestReader(fanOut, true)];
  fanOut.append([entry(1), entry(2)]);
  fanOut.append([entry(3)]);
  expect(readers.map(({ woken }) => woken)).toEqual([0, 0]);
  await nextTurn();
  const joined = [1, 2, 3].map((n) => entry(n).event.text).join('');
  for (const { woken, texts } of readers) expect({ woken, texts }).toEqual({ woken: 1, texts: [joined] });
  fanOut.append([entry(4)]);
  await nextTurn();
  expect(readers[0]!.texts[1]).toBe(entry(4).event.text);
});

test('holds what someone waits for, and lets it go once everyone has it', async () => {
  const fanOut = new FanOut(10, 'drop-oldest');
  const [quick, slow] = [new TestReader(fanOut, true), new TestReader(fanOut, false)];
  fanOut.append([entry(1), entry(2)]);
  await nextTurn();
  await nextTurn();
  expect(quick.place).toBe(2);
  expect(fanOut.at(0)).toMatchObject({ position: '1' });
  slow.place = 1;
  fanOut.settleSoon();
  await nextTurn();
  expect([fanOut.at(0), fanOut.at(1)?.position, fanOut.end]).toEqual([undefined, '2', 2]);
  slow.place = Infinity;
  fanOut.settleSoon();
  await nextTurn();
  expect([fanOut.at(1), fanOut.end]).toEqual([undefined, 2]);
});

test('tells a reader for whom more waits than its limit, when it had its chance to take', async () => {
  const fanOut = new FanOut(3, 'drop-oldest');
  const [quick, slow] = [new TestReader(fanOut, true), new TestReader(fanOut, false)];
  fanOut.append([1, 2, 3].map(entry));
  await nextTurn();
  await nextTurn();
  expect([quick.overflows, slow.overflows]).toEqual([0, 0]);
  fanOut.append([4, 5].map(entry));
  await nextTurn();
  await nextTurn();
  expect([quick.overflows, slow.overflows]).toEqual([0, 1]);
  expect([fanOut.at(1), fanOut.at(2)?.position]).toEqual([undefined, '3']);
});

test('holds no more than twice the limit, whatever comes in one turn', () => {
  const fanOut = new FanOut(5, 'drop-oldest');
  const reader = new TestReader(fanOut, false);
  for (let n = 0; n < 1000; n += 1) {
    fanOut.append([entry(n)]);
    expect(fanOut.end - reader.place).toBeLessThan(10);
  }
  expect(reader.overflows).toBeGreaterThan(100);
  expect(fanOut.at(900)).toBeUndefined();
});

test('has nobody to hold anything for, and counts on all the same', async () => {
  const fanOut = new FanOut(1000, 'drop-oldest');
  fanOut.append([1, 2, 3].map(entry));
  await nextTurn();
  await nextTurn();
  expect([fanOut.at(0), fanOut.at(2), fanOut.end, fanOut.take(3)]).toEqual([
    undefined,
    undefined,
    3,
    undefined,
  ]);
});

test('takes nothing after it was closed, and wakes everyone for that', async () => {
  const fanOut = new FanOut(10, 'drop-oldest');
  const reader = new TestReader(fanOut, true);
  fanOut.close();
  fanOut.append([entry(1)]);
  await nextTurn();
  expect([reader.woken, reader.texts, fanOut.closed]).toEqual([1, [], true]);
});
