import { getMetadataStorage } from 'class-validator';

import type { Constructor } from '../metadata/types.js';

/** Whether a class has a field with a decorator of class-validator, its own or of a base. */
export function hasValidatedFields(model: Constructor): boolean {
  return getMetadataStorage().getTargetValidationMetadatas(model, '', false, false).length > 0;
}
