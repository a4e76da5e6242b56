import closeWithGrace from 'close-with-grace';

import { createApp } from './create-app.js';
import { SettingsError, toSettings } from './settings.js';

async function main(): Promise<void> {
  const settings = toSettings(process.env);
  const { host, port, dataFolder, logLevel } = settings;
  const app = await createApp({
    dataFolder,
    logger: { level: logLevel },
    // #region nodes
    overrides: settings.node.redisUrl === undefined ? [] : (await import('./nodes/over-redis.js')).overRedis,
    // #endregion
  });

  let address: string;
  try {
    address = await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw isTaken(error) ? new SettingsError(`PORT: ${String(port)} is in use`, { cause: error }) : error;
  }
  // Only now: it takes a process that has nothing left to do, such as one that could not listen, for a success.
  // The delay is longer than Sluice's drainTimeout, so that background tasks are not cut off.
  closeWithGrace({ delay: 15_000 }, async ({ err }) => {
    if (err !== undefined) app.log.error({ err }, 'closing after an error');
    await app.close();
  });
  process.stdout.write(`\n  Docs:  ${address}/api/docs\n`);
  // #region page
  process.stdout.write(`  Page:  ${address}/\n`);
  // #endregion
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

main().catch((error: unknown) => {
  // Where in the code a wrong setting was found helps nobody.
  console.error(error instanceof SettingsError ? error.message : error);
  process.exitCode = 1;
});
