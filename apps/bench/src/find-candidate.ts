import type { Candidate, Measurement } from './measurement.js';
import { measurements } from './measurements.js';

/** @throws Error with the names that there are. */
export function findMeasurement(name: string): Measurement {
  const found = measurements.find((measurement) => measurement.name === name);
  if (found !== undefined) return found;
  const names = measurements.map((measurement) => measurement.name).join(', ');
  throw new Error(`There is no measurement ${name}; there are: ${names}.`);
}

/** @throws Error where there is no such candidate. */
export function findCandidate(measurement: string, name: string): Candidate {
  const { floor, baseline, subjects } = findMeasurement(measurement);
  const found = [floor, baseline, ...subjects].find((candidate) => candidate?.name === name);
  if (found === undefined) throw new Error(`The measurement ${measurement} has no candidate ${name}.`);
  return found;
}
