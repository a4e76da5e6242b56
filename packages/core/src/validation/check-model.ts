import type { SetupCode } from '../errors/error-codes.js';
import { hasType, isHidden, isTransformed, readTransformedFields } from '../models/field-checks.js';
import { readFields, readInitializers } from '../models/model-fields.js';
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
