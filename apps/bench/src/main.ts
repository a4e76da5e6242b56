import { parseArgs } from 'node:util';

import { findMeasurement } from './find-candidate.js';
import { measurements } from './measurements.js';
import { describeMachine, renderReport } from './report.js';
import { runMeasurement } from './run-measurement.js';
import { FULL, QUICK } from './schedule.js';

const USAGE = `node apps/bench/dist/main.js [name …] [--quick] [--young] [--profile folder]

  name       which measurements; without one, all: ${measurements.map(({ name }) => name).join(', ')}
  --quick    about ten seconds for each instead of one minute
  --young    measures processes soon after their start, without ageing them first
  --profile  writes a CPU profile of each server's process into the folder; the figures then mean nothing
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      young: { type: 'boolean' },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const chosen = positionals.length === 0 ? measurements : positionals.map(findMeasurement);
  const schedule = { ...(values.quick === true ? QUICK : FULL), aged: values.young !== true };
  const nodeOptions = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  process.stdout.write(`${describeMachine()}\n`);
  for (const measurement of chosen) {
    const planned = measurement.plan?.(schedule) ?? schedule;
    const options = [...nodeOptions, ...(measurement.nodeOptions ?? [])];
    const outcome = await runMeasurement(measurement, planned, options);
    process.stdout.write(`\n${renderReport(measurement, planned, outcome)}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
