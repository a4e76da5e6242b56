import { StallWatch } from './stall-watch.js';

const TIMEOUT = 1000;

/** A response that waits for its client from when it stalls. */
class Response {
  #looks: number | undefined;
  cutOffs: number[] = [];
  stall(): void {
    this.#looks = 0;
  }
  countStall(): number {
    if (this.#looks === undefined) return 0;
    this.#looks += 1;
    return this.#looks;
  }
  cutOff(timeout: number): void {
    this.cutOffs.push(timeout);
    this.#looks = undefined;
  }
}

let watch: StallWatch | undefined;
beforeEach(() => jest.useFakeTimers());
afterEach(() => {
  watch?.stop();
  jest.useRealTimers();
});

describe('the watch for clients that read nothing', () => {
  it('cuts off what has stood still for the time, once, and not before', () => {
    const [stalled, idle] = [new Response(), new Response()];
    watch = new StallWatch([stalled, idle], TIMEOUT);
    stalled.stall();
    jest.advanceTimersByTime(TIMEOUT - TIMEOUT / 10);
    expect(stalled.cutOffs).toEqual([]);
    jest.advanceTimersByTime(TIMEOUT);
    expect([stalled.cutOffs, idle.cutOffs]).toEqual([[TIMEOUT], []]);
  });

  it('leaves alone what moves within the time', () => {
    const response = new Response();
    watch = new StallWatch([response], TIMEOUT);
    for (let at = 0; at < 20; at += 1) {
      response.stall();
      jest.advanceTimersByTime(TIMEOUT / 2);
    }
    expect(response.cutOffs).toEqual([]);
  });

  it('blames no client for the time in which the process was held up', () => {
    const response = new Response();
    watch = new StallWatch([response], TIMEOUT);
    response.stall();
    jest.setSystemTime(Date.now() + TIMEOUT * 10);
    jest.advanceTimersByTime(TIMEOUT / 10);
    expect(response.cutOffs).toEqual([]);
  });

  it('looks at the responses that there are then', () => {
    const responses = new Set<Response>();
    watch = new StallWatch(responses, TIMEOUT);
    const late = new Response();
    late.stall();
    jest.advanceTimersByTime(TIMEOUT / 2);
    responses.add(late);
    jest.advanceTimersByTime(TIMEOUT);
    expect(late.cutOffs).toEqual([TIMEOUT]);
  });

  it('has one timer, which stops', () => {
    watch = new StallWatch(
      Array.from({ length: 100 }, () => new Response()),
      TIMEOUT,
    );
    expect(jest.getTimerCount()).toBe(1);
    watch.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
