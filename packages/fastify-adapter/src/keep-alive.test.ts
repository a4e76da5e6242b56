import { KeepAlive } from './keep-alive.js';

const PING = Buffer.from(': \n\n');
const INTERVAL = 15_000;

class Body {
  destroyed = false;
  pings = 0;
  silence = 0;
  countSilence(): number {
    return (this.silence += 1);
  }
  ping(bytes: Uint8Array): void {
    expect(bytes).toBe(PING);
    this.pings += 1;
    this.silence = 0;
  }
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const add = (keepAlive: KeepAlive, interval = INTERVAL): Body => {
  const body = new Body();
  keepAlive.add(body, interval, PING);
  return body;
};

describe('keep-alive', () => {
  it('sends a sign of life after each interval of silence', () => {
    const body = add(new KeepAlive());
    jest.advanceTimersByTime(INTERVAL - 1);
    expect(body.pings).toBe(0);
    jest.advanceTimersByTime(1);
    expect(body.pings).toBe(1);
    jest.advanceTimersByTime(INTERVAL * 3);
    expect(body.pings).toBe(4);
  });

  it('sends none while a body speaks for itself', () => {
    const body = add(new KeepAlive());
    for (let at = 0; at < 10; at += 1) {
      jest.advanceTimersByTime(INTERVAL / 2);
      body.silence = 0;
    }
    expect(body.pings).toBe(0);
  });

  it('has one timer for all bodies of an interval', () => {
    const keepAlive = new KeepAlive();
    for (let count = 0; count < 100; count += 1) add(keepAlive);
    expect(jest.getTimerCount()).toBe(1);
    add(keepAlive, 1000);
    expect(jest.getTimerCount()).toBe(2);
  });

  it('lets go of bodies that have ended, and of the timer with the last of them', () => {
    const keepAlive = new KeepAlive();
    const [one, other] = [add(keepAlive), add(keepAlive)];
    one.destroyed = true;
    jest.advanceTimersByTime(INTERVAL);
    expect([one.pings, one.silence, other.pings]).toEqual([0, 0, 1]);
    other.destroyed = true;
    jest.advanceTimersByTime(INTERVAL);
    expect(jest.getTimerCount()).toBe(0);
    const next = add(keepAlive);
    jest.advanceTimersByTime(INTERVAL);
    expect(next.pings).toBe(1);
  });

  it('spreads many signs of life over turns, and looks again before each', () => {
    const keepAlive = new KeepAlive();
    const bodies = Array.from({ length: 1200 }, () => add(keepAlive));
    const pinged = (): number => bodies.reduce((sum, { pings }) => sum + pings, 0);
    const interval = INTERVAL / 15;
    for (let tick = 0; tick < 14; tick += 1) jest.advanceTimersByTime(interval);
    expect(pinged()).toBe(0);
    const waiting: (() => void)[] = [];
    const immediates = jest.spyOn(globalThis, 'setImmediate');
    immediates.mockImplementation(((run: () => void) => waiting.push(run)) as never);
    jest.advanceTimersByTime(interval);
    const turns = [pinged()];
    bodies.at(-1)!.destroyed = true;
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      run();
      turns.push(pinged());
    }
    immediates.mockRestore();
    expect(turns).toEqual([500, 1000, 1199]);
  });
});
