import { asyncValue } from './async-value/async-value.js';
import { cleanUp } from './clean-up/clean-up.js';
import { dependency } from './dependency/dependency.js';
import { largeFile, mediumFile, slowClient, smallFile } from './files/files.js';
import { fanOut, fanOutOfTen } from './fan-out/fan-out.js';
import { idle, idleFresh } from './idle/idle.js';
import type { Measurement } from './measurement.js';
import { parameter } from './parameter/parameter.js';
import { responseModel } from './response-model/response-model.js';
import { storedTask } from './stored-task/stored-task.js';
import { task } from './task/task.js';
import { csv, eventStream, firstRow, laterCsv, slowRows } from './streams/streams.js';
import { body } from './body/body.js';
import { validator } from './validator/validator.js';
import { value } from './value/value.js';

/** All measurements, in the order in which they run. */
export const measurements: readonly Measurement[] = [
  value,
  asyncValue,
  parameter,
  body,
  validator,
  responseModel,
  dependency,
  cleanUp,
  task,
  storedTask,
  smallFile,
  mediumFile,
  largeFile,
  slowClient,
  csv,
  laterCsv,
  eventStream,
  firstRow,
  slowRows,
  fanOut,
  fanOutOfTen,
  idle,
  idleFresh,
];
