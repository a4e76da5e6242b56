import type { Measurement, Subject } from './measurement.js';
import type { Round } from './quantity.js';
import { RunningCandidate } from './running-candidate.js';
import type { Schedule } from './schedule.js';
import { inTemporaryFolder } from './temporary-folder.js';

/** A candidate, as often as it takes part: the baseline does so twice. */
export interface Participant {
  readonly label: string;
  readonly candidate: Subject;
  /** By launch and round. Rounds of one place ran next to each other, and only those are compared. */
  readonly launches: Round[][];
}

export interface Outcome {
  readonly floor: Participant | undefined;
  readonly baseline: Participant;
  /** The baseline's second process. */
  readonly control: Participant;
  /** In the order of a table: floor, baseline, control, subjects. */
  readonly participants: readonly Participant[];
}

/** @param nodeOptions Options of Node for the servers' processes. */
export async function runMeasurement(
  measurement: Measurement,
  schedule: Schedule,
  nodeOptions: readonly string[],
): Promise<Outcome> {
  const { subjects } = measurement;
  const floor = measurement.floor && participate(measurement.floor);
  const baseline = participate(measurement.baseline);
  const control = participate(measurement.baseline, `${measurement.baseline.name}, again`);
  const participants = [
    ...(floor === undefined ? [] : [floor]),
    baseline,
    control,
    ...subjects.map((subject) => participate(subject)),
  ];
  await inTemporaryFolder(measurement.fill, async (folder) => {
    for (let launch = 0; launch < schedule.launches; launch += 1) {
      await runLaunch(measurement, participants, schedule, folder, nodeOptions);
    }
  });
  return { floor, baseline, control, participants };
}

function participate(candidate: Subject, label = candidate.name): Participant {
  return { label, candidate, launches: [] };
}

async function runLaunch(
  measurement: Measurement,
  participants: readonly Participant[],
  schedule: Schedule,
  folder: string,
  nodeOptions: readonly string[],
): Promise<void> {
  const running = new Map<Participant, RunningCandidate>();
  try {
    // In random order: the first process on a machine is not the same as the last.
    for (const participant of shuffle(participants)) {
      const { name } = participant.candidate;
      running.set(participant, await RunningCandidate.start(measurement.name, name, folder, nodeOptions));
    }
    await checkSameness(measurement, participants, running);
    const { roundsBeforeAgeing, aged, rounds, warmUpRounds, milliseconds } = schedule;
    if (aged) {
      await runRounds(measurement, running, roundsBeforeAgeing, milliseconds);
      for (const server of running.values()) await server.age();
    }
    await runRounds(measurement, running, warmUpRounds, milliseconds);
    const results = await runRounds(measurement, running, rounds, milliseconds);
    for (const [participant, launch] of results) participant.launches.push(launch);
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
  }
}

/** Servers that do not do the same cannot be compared. */
async function checkSameness(
  { probe, name }: Measurement,
  participants: readonly Participant[],
  running: ReadonlyMap<Participant, RunningCandidate>,
): Promise<void> {
  const answers = new Map<string, string>();
  for (const participant of participants) {
    const server = running.get(participant);
    if (server !== undefined) answers.set(await probe(server.port), participant.label);
  }
  if (answers.size > 1) {
    const lines = [...answers].map(([answer, label]) => `  ${label}: ${answer}`);
    throw new Error(`${name}: the candidates do not answer alike:\n${lines.join('\n')}`);
  }
}

/** Rounds of all, side by side, each time in another order. */
async function runRounds(
  measurement: Measurement,
  running: ReadonlyMap<Participant, RunningCandidate>,
  count: number,
  milliseconds: number,
): Promise<Map<Participant, Round[]>> {
  const results = new Map(
    [...running.keys()].map((participant): [Participant, Round[]] => [participant, []]),
  );
  for (let round = 0; round < count; round += 1) {
    for (const [participant, server] of shuffle([...running])) {
      results.get(participant)?.push(await runRound(measurement, server, milliseconds));
    }
  }
  return results;
}

async function runRound(
  { open, settles = false }: Measurement,
  server: RunningCandidate,
  milliseconds: number,
): Promise<Round> {
  // Connecting is not part of the work, so it comes before the look at what the process uses.
  const load = await open(server.port);
  try {
    const before = settles ? await server.settle() : undefined;
    await server.begin();
    const work = await load.run(milliseconds);
    const usage = await server.end();
    if (work.units === 0) throw new Error('a server did nothing in a whole round');
    if (before === undefined) return { ...usage, ...work };
    const after = await server.settle();
    return { ...usage, ...work, held: { rss: after.rss - before.rss, heap: after.heap - before.heap } };
  } finally {
    load.close();
  }
}

function shuffle<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
