// The process of one candidate: `node candidate-process.js <measurement> <candidate>`, started with a channel to its parent.
import { findCandidate } from './find-candidate.js';
import type { FromCandidate } from './messages.js';

async function main(): Promise<void> {
  const [measurement = '', name = ''] = process.argv.slice(2);
  // Whatever ends the parent ends this process too. By itself, so that a profile of it is written.
  process.once('disconnect', () => process.exit(0));
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    tell({ kind: 'cpu', microseconds: user + system });
  });
  const { listen } = await findCandidate(measurement, name).load();
  tell({ kind: 'listening', port: await listen() });
}

function tell(message: FromCandidate): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
