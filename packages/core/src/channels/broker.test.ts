import { describeBroker } from '../../test/broker-contract.js';
import { SlowBroker } from '../../test/slow-broker.js';
import { MemoryBroker } from './memory-broker.js';

// The contract is one that a broker elsewhere can keep; channels are tried with this one too.
describeBroker('a broker whose answers take a while', () => {
  const memory = new MemoryBroker();
  return { one: new SlowBroker(1, memory), other: new SlowBroker(2, memory), close: () => {} };
});
