import { SetupError } from '../errors/setup-error.js';
import { checkChannelOptions, type ChannelOptions } from './channel-options.js';
import { MemoryBroker } from './memory-broker.js';

function faultsOf(options: object): string[] {
  try {
    checkChannelOptions(options);
    return [];
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return error.faults.map(({ code, where, problem, fix }) => `${code}: ${where}: ${problem}: ${fix}`);
  }
}

test.each<ChannelOptions>([
  {},
  { name: 'a', history: 0, queueLimit: 1, whenFull: 'disconnect' },
  { history: 1_000_000, whenFull: 'drop-oldest' },
  { name: 'a', broker: new MemoryBroker() },
])('takes %j', (options) => {
  expect(faultsOf(options)).toEqual([]);
});

test.each<[object, string, string]>([
  [{ name: '' }, "name is ''", 'use text'],
  [{ name: 7 }, 'name is 7', 'use text'],
  [{ history: -1 }, 'history is -1', 'use an integer from 0'],
  [{ history: 1.5 }, 'history is 1.5', 'use an integer from 0'],
  [{ history: Infinity }, 'history is Infinity', 'use an integer from 0'],
  [{ history: '5' }, "history is '5'", 'use an integer from 0'],
  [{ history: null }, 'history is object', 'use an integer from 0'],
  [{ queueLimit: 0 }, 'queueLimit is 0', 'use an integer from 1'],
  [{ queueLimit: NaN }, 'queueLimit is NaN', 'use an integer from 1'],
  [{ whenFull: 'drop' }, "whenFull is 'drop'", "use 'drop-oldest' or 'disconnect'"],
  [
    { name: 'a', broker: {} },
    'broker is object',
    'use an object with open(name, options), such as new MemoryBroker()',
  ],
  [
    { broker: new MemoryBroker() },
    'it has a broker and no name, by which it would share its events',
    "write name: 'prices'",
  ],
])('refuses %j', (options, problem, fix) => {
  const name =
    'name' in options && typeof options.name === 'string' ? `{ name: '${options.name}' }` : 'options';
  expect(faultsOf(options)).toEqual([`CHANNEL_INVALID: new Channel(${name}): ${problem}: ${fix}`]);
});

test('tells all faults at once', () => {
  expect(faultsOf({ name: '', broker: 1, history: -1, queueLimit: 0, whenFull: '' })).toHaveLength(5);
});
