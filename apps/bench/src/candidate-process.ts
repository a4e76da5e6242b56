// The process of one candidate: `node --expose-gc candidate-process.js <measurement> <candidate>`, with a channel to its parent.
import { age } from './age.js';
import { findCandidate } from './find-candidate.js';
import type { FromCandidate, ToCandidate } from './messages.js';

async function main(): Promise<void> {
  const [measurement = '', name = ''] = process.argv.slice(2);
  // Whatever ends the parent ends this process too. By itself, so that a profile of it is written.
  process.once('disconnect', () => process.exit(0));
  process.on('message', (message: ToCandidate) => {
    if (message === 'cpu') tellCpuTime();
    else
      age(() => {
        tell({ kind: 'aged' });
      });
  });
  const { listen } = await findCandidate(measurement, name).load();
  tell({ kind: 'listening', port: await listen() });
}

function tellCpuTime(): void {
  const { user, system } = process.cpuUsage();
  tell({ kind: 'cpu', microseconds: user + system });
}

function tell(message: FromCandidate): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
