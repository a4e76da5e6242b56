import { compileModel } from './compile-model.js';
import type { Converter } from './converter.js';
import { FAIL } from './fail.js';
import type { InputModel } from './input-model.js';
import { interpretModel } from './interpret-model.js';
import { DEFAULT_SETTINGS, type ValidationSettings } from './settings.js';

/**
 * Makes instances of a model class, validated, as class-transformer and class-validator would.
 *
 * A compiled function decides what is right, and gives the instance at once. For what is wrong, and for classes of which
 * it does not know enough, the two libraries are asked, and the instance is a promise.
 */
export function createModelConverter(
  input: InputModel,
  settings: ValidationSettings = DEFAULT_SETTINGS,
): Converter {
  const compiled = compileModel(input, settings);
  return (value, location, faults) => {
    const instance = compiled?.(value);
    return instance === undefined || instance === FAIL
      ? interpretModel(input, value, location, faults, settings)
      : instance;
  };
}
