import { LoadMeter } from './load-meter.js';

describe('LoadMeter', () => {
  let meter: LoadMeter;

  beforeEach(() => {
    jest.useFakeTimers();
    meter = new LoadMeter();
  });

  afterEach(async () => {
    await meter.close();
    jest.useRealTimers();
  });

  it('publishes twice a second, and does not begin twice', () => {
    meter.start();
    meter.start();
    jest.advanceTimersByTime(2000);
    expect(meter.channel.counts.published).toBe(4);
  });

  it('numbers what it has measured, and keeps the last minute of it', async () => {
    meter.start();
    jest.advanceTimersByTime(70_000);
    const kept = meter.channel.subscribe({ replay: true }).values();
    expect(await kept.next()).toMatchObject({ value: { number: 21, viewers: 0 } });
    await kept.return?.();
  });

  it('publishes nothing any more when it was closed, and closes twice', async () => {
    meter.start();
    jest.advanceTimersByTime(1000);
    await meter.close();
    await meter.close();
    // A channel that is closed would throw.
    jest.advanceTimersByTime(5000);
    expect(meter.channel.closed).toBe(true);
    expect(meter.channel.counts.published).toBe(2);
  });

  it('does not keep the process alive', () => {
    jest.useRealTimers();
    const count = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
    const before = count();
    meter.start();
    expect(count()).toBe(before);
  });
});
