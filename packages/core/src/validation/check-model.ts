import type { SetupCode } from '../errors/error-codes.js';
import {
  hasType,
  isHidden,
  isTransformed,
  readNestedClass,
  readTransformedFields,
} from '../models/field-checks.js';
import { hasValidatedFields, readFields, readInitializers } from '../models/model-fields.js';
import type { InputModel } from './input-model.js';

/** What a model class says that would be found out by a request only. */
export interface ModelFault {
  readonly code: SetupCode;
  readonly problem: string;
  readonly fix: string;
}

/** Finds the faults of a model class and of those in it. */
export function findModelFaults(input: InputModel, seen = new Set<InputModel>()): ModelFault[] {
  if (seen.has(input)) return [];
  seen.add(input);
  return [
    ...findUndecorated(input),
    ...findUntyped(input),
    ...findEmpty(input),
    ...findDroppedTags(input),
    ...input.fields.flatMap(({ type }) => {
      if (type.kind === 'model') return findModelFaults(type.model, seen);
      if (type.kind !== 'variants') return [];
      return [...type.models.values()].flatMap((model) => findModelFaults(model, seen));
    }),
  ];
}

/** Fields that are dropped from every request, since class-validator does not know them. */
function findUndecorated({ model }: InputModel): ModelFault[] {
  const known = new Set(readFields(model));
  const seen = new Set([...Object.keys(readInitializers(model)), ...readTransformedFields(model)]);
  return [...seen]
    .filter((property) => !known.has(property) && !isHidden(model, property))
    .map((property) => ({
      code: 'MODEL_FIELD_UNDECORATED',
      problem: `${model.name}.${property} has no decorator of class-validator, so it would be dropped`,
      fix: 'write @Allow() or the decorator of its type before it, or @Exclude() for what is not for clients',
    }));
}

function findUntyped({ model, checks, fields }: InputModel): ModelFault[] {
  return fields
    .filter(
      ({ property }) =>
        checks.some((check) => check.property === property && check.kind === 'nested') &&
        !hasType(model, property) &&
        !isTransformed(model, property),
    )
    .map(({ property }) => ({
      code: 'MODEL_FIELD_UNTYPED',
      problem: `${model.name}.${property} has @ValidateNested, and no @Type that says of which class`,
      fix: 'write @Type(() => TheClass) beside it',
    }));
}

/** Nested classes of which class-validator knows nothing, so that it refuses each instance. */
function findEmpty({ model, fields, checks }: InputModel): ModelFault[] {
  return fields.flatMap(({ property, type }) => {
    if (!checks.some((check) => check.property === property && check.kind === 'nested')) return [];
    const nested =
      type.kind === 'variants'
        ? [...type.models.values()].map((each) => each.model)
        : type.kind === 'opaque' && !isTransformed(model, property)
          ? [readNestedClass(model, property)]
          : [];
    return nested
      .filter((each) => each !== undefined && !hasValidatedFields(each))
      .map((each) => ({
        code: 'MODEL_EMPTY',
        problem: `${model.name}.${property} is of ${each?.name ?? ''}, which has no decorated field`,
        fix: 'decorate its fields with class-validator (@IsString(), @IsInt(), …), or write @Allow() on one',
      }));
  });
}

/** Unions of which each request would be refused, or be without the property that tells its class. */
function findDroppedTags({ model, fields }: InputModel): ModelFault[] {
  return fields.flatMap(({ property, type }) => {
    if (type.kind !== 'variants' || type.keeps) return [];
    const tagged = [...type.models.values()].filter(({ byName }) => byName.has(type.property));
    return tagged.slice(0, 1).map(({ model: { name } }) => ({
      code: 'MODEL_DISCRIMINATOR_DROPPED',
      problem: `${name}.${type.property} tells the class of ${model.name}.${property}, and class-transformer drops it`,
      fix: 'write keepDiscriminatorProperty: true beside `discriminator`',
    }));
  });
}
