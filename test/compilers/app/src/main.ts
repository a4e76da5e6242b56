// Serves the controllers that its arguments name, each on a server of its own, for as long as the process that started
// it lives.
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';

import { explicitControllers } from './explicit.js';
import { inferredControllers } from './inferred.js';

async function serve(name: string): Promise<string> {
  // Otherwise a connection that a client has opened and not used yet would hold up the end for a minute.
  const app = Fastify({ forceCloseConnections: true });
  process.once('disconnect', () => void app.close());
  const controllers = name === 'inferred' ? inferredControllers : explicitControllers;
  await app.register(sluice, { controllers });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function main(): Promise<void> {
  const addresses: Record<string, string> = {};
  for (const name of process.argv.slice(2)) addresses[name] = await serve(name);
  process.send?.(addresses);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
  process.disconnect();
});
