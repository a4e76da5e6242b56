import { availableParallelism, cpus } from 'node:os';

import type { Measurement, Subject } from './measurement.js';
import type { Quantity } from './quantity.js';
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
  const columns = toColumns(measurement, outcome);
  return [
    `${measurement.name}: ${measurement.title}`,
    `${launches} launches of ${rounds} rounds of ${milliseconds} ms, ${aged ? 'aged' : 'young'} processes`,
    '',
    ...renderTable([
      columns.map(({ heading }) => heading),
      ...outcome.participants.map((participant) => columns.map(({ cell }) => cell(participant))),
    ]),
  ].join('\n');
}

interface Column {
  readonly heading: string;
  readonly cell: (participant: Participant) => string;
}

/** Figures by launch and round. */
type Figures = (participant: Participant) => number[][];

function toColumns({ unit, compares, shows }: Measurement, outcome: Outcome): Column[] {
  const shown = shows.map(({ heading, of }) => ({
    heading: heading(unit),
    cell: ({ launches }: Participant) => toText(median(launches.flat().map(of))),
  }));
  const { floor, baseline, control } = outcome;
  const compared: Figures =
    compares.target === 'figure'
      ? ({ launches }) => launches.map((rounds) => rounds.map(compares.of))
      : // Both processes of the baseline together differ less from round to round than one; but the control is one of them.
        (participant) =>
          toRatios(participant, compares, participant === control ? [baseline] : [baseline, control]);
  const toFloor: Column[] =
    floor === undefined || compares.target === 'figure'
      ? []
      : [
          {
            heading: `to ${floor.label}`,
            cell: (participant) => median(toRatios(participant, compares, [floor]).flat()).toFixed(3),
          },
        ];
  return [
    { heading: 'candidate', cell: ({ label }) => label },
    ...shown,
    compares.target === 'figure'
      ? toIntervalColumn(compares.heading(unit), compared)
      : toIntervalColumn(`ratio to ${baseline.label}`, compared, baseline),
    ...toFloor,
    ...toTargetColumns(compares, compared, ({ target }) => target),
    ...(floor === undefined ||
    !outcome.participants.some(({ candidate }) => candidate.floorTarget !== undefined)
      ? []
      : toTargetColumns(
          compares,
          (participant) => toRatios(participant, compares, [floor]),
          ({ floorTarget }) => floorTarget,
          `, to ${floor.label}`,
        )),
  ];
}

/** @param one The participant whose figure is 1, since it is what the others are compared with. */
function toIntervalColumn(heading: string, figures: Figures, one?: Participant): Column {
  return {
    heading: `${heading} (95 %)`,
    cell: (participant) => {
      if (participant === one) return '1';
      const launches = figures(participant);
      const { low, high } = medianInterval(launches);
      return `${median(launches.flat()).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
    },
  };
}

/** The target, and whether it is met; nothing where there is none. */
function toTargetColumns(
  { better }: Quantity,
  figures: Figures,
  targetOf: (subject: Subject) => number | undefined,
  heading = '',
): Column[] {
  const sign = better === 'lower' ? '<=' : '>=';
  return [
    {
      heading: `target${heading}`,
      cell: ({ candidate }) => {
        const target = targetOf(candidate);
        return target === undefined ? '' : `${sign} ${Number(target.toFixed(3))}`;
      },
    },
    {
      heading: 'met',
      cell: (participant) => {
        const target = targetOf(participant.candidate);
        if (target === undefined) return '';
        const launches = figures(participant);
        const figure = median(launches.flat());
        const { low, high } = medianInterval(launches);
        // Where the interval holds the target, another run may end on its other side.
        const doubt = low < target && target < high ? ' ?' : '';
        return ((better === 'lower' ? figure <= target : figure >= target) ? 'yes' : 'no') + doubt;
      },
    },
  ];
}

/** Each round against those of the references that ran beside it: what disturbs the machine disturbs all of them. */
function toRatios(
  participant: Participant,
  { of }: Quantity,
  references: readonly Participant[],
): number[][] {
  return participant.launches.map((rounds, launch) =>
    rounds.map((round, index) => {
      const beside = references.map(({ launches }) => {
        const reference = launches[launch]?.[index];
        return reference === undefined ? NaN : of(reference);
      });
      return (of(round) * beside.length) / beside.reduce((sum, each) => sum + each, 0);
    }),
  );
}

/** Three digits or more. */
function toText(figure: number): string {
  return figure < 100 ? figure.toPrecision(3) : figure.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

export function renderTable(rows: readonly string[][]): string[] {
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
