import { asyncValue } from './async-value/async-value.js';
import { largeFile, mediumFile, slowClient, smallFile } from './files/files.js';
import type { Measurement } from './measurement.js';
import { parameter } from './parameter/parameter.js';
import { value } from './value/value.js';

/** All measurements, in the order in which they run. */
export const measurements: readonly Measurement[] = [
  value,
  asyncValue,
  parameter,
  smallFile,
  mediumFile,
  largeFile,
  slowClient,
];
