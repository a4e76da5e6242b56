import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';

import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { Constructor } from '../metadata/types.js';
import { constraintType } from './constraint-types.js';
import { refuse, type Converter, type Location } from './converter.js';

/** Makes an instance of a model class by class-transformer and validates it by class-validator; fields without a decorator are dropped. */
export function createModelConverter(model: Constructor<object>): Converter {
  return async (value, location, faults) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return refuse(faults, 'model_attributes_type', location, 'Input should be a valid object', value);
    }
    let instance: object;
    try {
      instance = plainToInstance(model as new () => object, value);
    } catch (error) {
      // class-transformer follows what it is given to its end, by recursion.
      if (!(error instanceof RangeError)) throw error;
      return refuse(faults, 'recursion_loop', location, 'Input is nested too deeply', null);
    }
    const errors = await validate(instance, { whitelist: true, forbidUnknownValues: true });
    if (errors.length === 0) return instance;
    for (const error of errors) addFaults(error, location, faults);
    return undefined;
  };
}

function addFaults(error: ValidationError, location: Location, faults: ErrorDetail[]): void {
  const own = [...location, toStep(error.property)];
  if (error.value === undefined && error.constraints !== undefined) {
    refuse(faults, 'missing', own, 'Field required', null);
  } else {
    for (const [constraint, message] of Object.entries(error.constraints ?? {})) {
      refuse(faults, constraintType(constraint), own, message, error.value);
    }
  }
  for (const child of error.children ?? []) addFaults(child, own, faults);
}

/** An index of a list is a number in a location, as in FastAPI. */
function toStep(property: string): string | number {
  return /^\d+$/.test(property) ? Number(property) : property;
}
