import { isVersioned } from '../models/field-checks.js';
import { readFields } from '../models/model-fields.js';
import { FAIL } from './fail.js';
import { ModelCode, type Build } from './generate-model.js';
import type { InputModel } from './input-model.js';
import type { ValidationSettings } from './settings.js';

/** Gives the instance of a value, or {@link FAIL} where it does not fit, or where that cannot be said here. */
export type CompiledModel = (value: unknown) => unknown;

/**
 * Compiles a model class into one function, by the metadata of class-validator and class-transformer, or gives undefined
 * for a class that has something which only they know: asynchronous validators, groups, @Transform, @ValidateIf.
 *
 * The function decides what is right only. Whatever it refuses, the two libraries are asked about.
 */
export function compileModel(input: InputModel, settings: ValidationSettings): CompiledModel | undefined {
  if (settings.groups !== undefined) return undefined;
  const builders = new Map<InputModel, { build: Build }>();
  try {
    if (!compileBuilder(input, settings, builders)) return undefined;
  } catch (error) {
    // A process that forbids code from text (--disallow-code-generation-from-strings).
    if (error instanceof EvalError) return undefined;
    throw error;
  }
  const root = builders.get(input);
  const state = { interpreted: false };
  return (value) => {
    if (state.interpreted || root === undefined) return FAIL;
    try {
      const built = root.build(value, 1);
      if (!(built instanceof Promise)) return built;
      // A validator that was not known to be asynchronous: from now on the libraries are asked at once.
      state.interpreted = true;
      built.catch(() => undefined);
      return FAIL;
    } catch {
      // A constructor or a validator that throws does so for the libraries too, which then say it.
      return FAIL;
    }
  };
}

/** Compiles a class and those in it; false where one of them is not known well enough. */
function compileBuilder(
  input: InputModel,
  settings: ValidationSettings,
  builders: Map<InputModel, { build: Build }>,
): boolean {
  if (builders.has(input)) return true;
  const builder: { build: Build } = { build: () => FAIL };
  builders.set(input, builder);
  if (!isKnown(input)) return false;
  for (const { type } of input.fields) {
    const inner = type.kind === 'model' ? [type.model] : type.kind === 'variants' ? type.models.values() : [];
    for (const each of inner) if (!compileBuilder(each, settings, builders)) return false;
  }
  const code = new ModelCode(input, settings, builders);
  builder.build = code.compile();
  return true;
}

/** Whether all that a class says is known here. */
function isKnown({ model, fields, byProperty, checks }: InputModel): boolean {
  if (isVersioned(model)) return false;
  // Those that @Exclude hides are validated without having been read.
  if (readFields(model).some((property) => !byProperty.has(property))) return false;
  const sample = toSample(model);
  if (sample === undefined || Object.keys(sample).some((key) => !byProperty.has(key))) return false;
  const known = fields.every(
    ({ property, name, type, conditional }) =>
      !conditional &&
      type.kind !== 'opaque' &&
      // A method or an accessor of that name, and names that every object has.
      !(property in (model.prototype as object)) &&
      !(name in Object.prototype) &&
      typeof sample[property] !== 'function',
  );
  return (
    known &&
    checks.every(
      ({ kind, guarded, asynchronous }) =>
        kind !== 'conditional' && kind !== 'promise' && !guarded && !asynchronous,
    )
  );
}

function toSample(model: InputModel['model']): Record<string, unknown> | undefined {
  try {
    return new model() as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
