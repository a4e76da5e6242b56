import { availableParallelism, cpus } from 'node:os';

import type { Measurement } from './measurement.js';
import type { Outcome, Participant } from './run-measurement.js';
import type { Schedule } from './schedule.js';
import { median, medianInterval } from './statistics.js';

/** Says on what was measured. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores (${model})`;
}

/** The outcome as a table of Markdown, aligned for reading as it is. */
export function renderReport(measurement: Measurement, schedule: Schedule, outcome: Outcome): string {
  const { launches, rounds, milliseconds, aged } = schedule;
  const { name, title, unit, baseline } = measurement;
  const header = [
    'candidate',
    `${unit}s/s`,
    `CPU µs/${unit}`,
    `ratio to ${baseline.name} (95 %)`,
    'target',
    'met',
  ];
  const rows = outcome.participants.map((participant) => toRow(participant, outcome));
  return [
    `${name}: ${title}`,
    `${launches} launches of ${rounds} rounds of ${milliseconds} ms, ${aged ? 'aged' : 'young'} processes`,
    '',
    ...renderTable([header, ...rows]),
  ].join('\n');
}

function toRow(participant: Participant, { baseline, control }: Outcome): string[] {
  const rounds = participant.launches.flat();
  const measured = [
    participant.label,
    Math.round(median(rounds.map((round) => round.unitsPerSecond))).toLocaleString('en-US'),
    median(rounds.map((round) => round.cpu)).toFixed(2),
  ];
  if (participant === baseline) return [...measured, '1', '', ''];
  // Both processes of the baseline together differ less from round to round than one; but the control is one of them.
  const ratios = toRatios(participant, participant === control ? [baseline] : [baseline, control]);
  const ratio = median(ratios.flat());
  const { low, high } = medianInterval(ratios);
  const shown = `${ratio.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
  const { target } = participant.candidate;
  if (target === undefined) return [...measured, shown, '', ''];
  // Where the interval holds the target, another run may end on its other side.
  const doubt = low <= target && target < high ? ' ?' : '';
  return [...measured, shown, `<= ${target}`, (ratio <= target ? 'yes' : 'no') + doubt];
}

/** Each round against those of the references that ran beside it: what disturbs the machine disturbs all of them. */
function toRatios(participant: Participant, references: readonly Participant[]): number[][] {
  return participant.launches.map((rounds, launch) =>
    rounds.map(({ cpu }, index) => {
      const beside = references.map(({ launches }) => launches[launch]?.[index]?.cpu ?? NaN);
      return (cpu * beside.length) / beside.reduce((sum, each) => sum + each, 0);
    }),
  );
}

function renderTable(rows: readonly string[][]): string[] {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => {
    // Names to the left, figures to the right.
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `| ${cells.join(' | ')} |`;
  });
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [lines[0] ?? '', `| ${rule.join(' | ')} |`, ...lines.slice(1)];
}
