import { describeBroker } from '../../test/broker-contract.js';
import { ServerSentEvent } from '../sse/server-sent-event.js';
import type { BrokerHistory } from './broker.js';
import { MemoryBroker } from './memory-broker.js';

describeBroker('the broker of one process', () => {
  const broker = new MemoryBroker();
  return { one: broker, other: broker, close: () => {} };
});

const event = new ServerSentEvent({ data: 1 });

test('does not take ids of an earlier run for its own, though the numbers are the same', () => {
  const [before, after] = [new MemoryBroker(), new MemoryBroker()].map((broker) =>
    broker.open('a', { history: 5 }),
  );
  const id = before!.publish(event) as string;
  void after!.publish(event);
  expect(after!.read(id)).toMatchObject({ complete: false });
});

test('takes for an id of its own only what it has given', () => {
  const channel = new MemoryBroker().open('a', { history: 5 });
  const ids = [1, 2, 3].map(() => channel.publish(event) as string);
  const [run] = ids[0]!.split('.');
  expect(channel.read(`${run}.2`)).toMatchObject({ complete: true, events: [{ position: ids[2] }] });
  for (const number of ['2.5', '2.0', '02', '-1', '-0', '1e0', ' 2', '', 'NaN', '4', '9'.repeat(400)]) {
    const { complete, events } = channel.read(`${run}.${number}`) as BrokerHistory;
    expect([number, complete, events.length]).toEqual([number, false, 3]);
  }
});

test('keeps as many events as the channel that asks for most', () => {
  const broker = new MemoryBroker();
  const small = broker.open('a', { history: 1 });
  broker.open('a', { history: 3 });
  broker.open('a', { history: 2 });
  for (let n = 0; n < 9; n += 1) void small.publish(event);
  expect(small.read(undefined)).toMatchObject({ complete: true, events: { length: 3 } });
});

test('forgets a channel that nobody has open any more', () => {
  const broker = new MemoryBroker();
  const first = broker.open('a', { history: 5 });
  const second = broker.open('a', { history: 5 });
  const id = first.publish(event) as string;
  void first.close();
  void first.close();
  expect(broker.open('a', { history: 5 }).read(id)).toMatchObject({ complete: true });
  const alone = new MemoryBroker();
  const only = alone.open('a', { history: 5 });
  const gone = only.publish(event) as string;
  void only.close();
  expect(alone.open('a', { history: 5 }).read(gone)).toMatchObject({ complete: false, events: [] });
  void second.close();
});

test('hands an event over as it was encoded', () => {
  const data = { n: 1 };
  const changed = new ServerSentEvent({ data, event: 'e' });
  data.n = 2;
  const channel = new MemoryBroker().open('a', { history: 1 });
  const id = channel.publish(changed) as string;
  expect(channel.read(undefined)).toMatchObject({
    events: [{ position: id, event: { id, text: `id: ${id}\nevent: e\ndata: {"n":1}\n\n` } }],
  });
});
