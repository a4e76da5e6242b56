import { setTimeout as wait } from 'node:timers/promises';

import type { RedisClient, RedisConnection, RedisQueueBackend } from 'bullmq';

/** A queue, a worker or the events of BullMQ. */
interface Closable {
  close(): Promise<void>;
  getBackend(): Pick<RedisQueueBackend, 'connection' | 'blockingConnection'>;
}

/**
 * Closes what has connections to Redis. BullMQ waits for an answer to its last commands, and so for ever where Redis hangs or
 * is gone: then the connections are cut, and what was to be sent on them fails.
 *
 * @param patience How long Redis may take, in milliseconds.
 */
export async function closeConnections(part: Closable, patience: number): Promise<void> {
  const closing = part.close().then(
    () => true,
    () => true,
  );
  if (await Promise.race([closing, wait(patience, false, { ref: false })])) return;
  const { connection, blockingConnection } = part.getBackend();
  for (const each of [blockingConnection, connection]) cut(each);
  await closing;
}

function cut(connection: RedisConnection | undefined): void {
  // Its getter `client` gives none before Redis has answered for the first time, for which it would be waited in vain.
  const { _client: client } = Object(connection) as { readonly _client?: RedisClient };
  client?.disconnect();
  // ioredis fails what waits in it when an attempt to connect ends, and so not where it has given up trying by that.
  if (client?.status === 'reconnecting') client.connect().catch(() => undefined);
}
