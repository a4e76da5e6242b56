export type { RedisBrokerOptions } from './broker-options.js';
export { RedisBroker } from './redis-broker.js';
export { RedisBrokerError, type RedisCode } from './redis-broker-error.js';
