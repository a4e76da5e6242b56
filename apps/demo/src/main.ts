import path from 'node:path';

import closeWithGrace from 'close-with-grace';

import { createApp } from './create-app.js';

async function main(): Promise<void> {
  const host = process.env['HOST'] ?? '127.0.0.1';
  const port = Number(process.env['PORT'] ?? 3000);
  const dataFolder = process.env['DATA_FOLDER'] ?? path.join(__dirname, '..', 'data');

  const app = await createApp({ dataFolder, logger: { level: process.env['LOG_LEVEL'] ?? 'info' } });
  // Longer than Sluice's drainTimeout, so that background tasks are not cut off.
  closeWithGrace({ delay: 15_000 }, async ({ err }) => {
    if (err !== undefined) app.log.error({ err }, 'closing after an error');
    await app.close();
  });
  const address = await app.listen({ host, port });
  process.stdout.write(`\n  Page:   ${address}/\n  Items:  ${address}/api/items\n\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
