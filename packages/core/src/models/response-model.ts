import { ResponseError } from '../errors/response-error.js';
import { classTransformer } from './libraries.js';
import { hasValidatedFields, isAnyObject, readFields, type ModelClass } from './model-fields.js';

/** Gives what may leave the process of a value: the fields that the model names, at any depth. */
export type ModelFilter = (value: unknown) => unknown;

/**
 * Compiles a `responseModel`, a model class or a list of one, into a filter; undefined for anything else.
 *
 * class-transformer makes an instance and a plain object of the value, so that @Type, @Exclude, @Expose and @Transform
 * apply; of that, the fields that class-validator knows are kept. An object of which the model says nothing is an error,
 * never sent.
 */
export function compileResponseModel(responseModel: unknown): ModelFilter | undefined {
  if (Array.isArray(responseModel)) {
    const filter = responseModel.length === 1 ? compileResponseModel(responseModel[0]) : undefined;
    if (filter === undefined) return undefined;
    return (value) => {
      if (!Array.isArray(value)) throw unfit('a list was declared, and something else returned');
      return value.map(filter);
    };
  }
  if (typeof responseModel !== 'function') return undefined;
  const model = responseModel as ModelClass;
  if (!hasValidatedFields(model)) return undefined;
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw unfit(`${model.name} was declared, and no object returned`);
    }
    const { instanceToPlain, plainToInstance } = classTransformer();
    const instance = plainToInstance(model, value);
    return pickFields(instance, instanceToPlain(instance));
  };
}

function pickFields(instance: object, plain: Record<string, unknown>): Record<string, unknown> {
  const model = instance.constructor as ModelClass;
  const picked: Record<string, unknown> = {};
  for (const field of readFields(model)) {
    // What class-transformer left out (@Exclude, groups) stays out.
    if (!Object.hasOwn(plain, field) || plain[field] === undefined) continue;
    const value = (instance as Record<string, unknown>)[field];
    picked[field] = isAnyObject(model, field)
      ? plain[field]
      : pickValue(value, plain[field], `${model.name}.${field}`);
  }
  return picked;
}

function pickValue(value: unknown, plain: unknown, where: string): unknown {
  if (typeof plain !== 'object' || plain === null || plain instanceof Date) return plain;
  if (Array.isArray(plain)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [];
    return plain.map((each: unknown, index) => pickValue(values[index], each, where));
  }
  if (typeof value === 'object' && value !== null && hasValidatedFields(value.constructor as ModelClass)) {
    return pickFields(value, plain as Record<string, unknown>);
  }
  throw unfit(
    `${where} holds an object of which the model says nothing: write @Type(() => TheClass) or @IsObject()`,
  );
}

function unfit(problem: string): ResponseError {
  return new ResponseError('RESPONSE_MODEL_UNFIT', `${problem}.`);
}
