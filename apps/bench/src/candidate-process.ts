// The process of one candidate, with a channel to its parent:
// `node --expose-gc candidate-process.js <measurement> <candidate> <folder>`.
import { age } from './age.js';
import { findCandidate } from './find-candidate.js';
import type { FromCandidate, ToCandidate, Usage } from './messages.js';
import { watchUsage } from './watch-usage.js';

async function main(): Promise<void> {
  const [measurement = '', name = '', folder = ''] = process.argv.slice(2);
  // Whatever ends the parent ends this process too. By itself, so that a profile of it is written.
  process.once('disconnect', () => process.exit(0));
  let endWatch: (() => Usage) | undefined;
  process.on('message', (message: ToCandidate) => {
    if (message === 'age') {
      age(() => {
        tell({ kind: 'aged' });
      });
    } else if (message === 'settle') {
      age(() => {
        const { rss, heapUsed } = process.memoryUsage();
        tell({ kind: 'settled', memory: { rss, heap: heapUsed } });
      });
    } else if (message === 'begin') {
      endWatch = watchUsage();
      tell({ kind: 'began' });
    } else if (endWatch !== undefined) tell({ kind: 'ended', usage: endWatch() });
  });
  const { listen } = await findCandidate(measurement, name).load();
  tell({ kind: 'listening', port: await listen(folder) });
}

function tell(message: FromCandidate): void {
  process.send?.(message);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
