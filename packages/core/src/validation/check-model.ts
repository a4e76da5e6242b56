import type { SetupCode } from '../errors/error-codes.js';
import {
  hasType,
  isTransformed,
  readNestedClass,
  readTransformedFields,
  type FieldCheck,
} from '../models/field-checks.js';
import { readHeldType } from '../models/held-types.js';
import {
  hasValidatedFields,
  isExcluded,
  readFields,
  readInitializers,
  type Direction,
  type ModelClass,
} from '../models/model-fields.js';
import { CONSTRAINTS } from './constraint-types.js';
import { findAccessor, type InputModel } from './input-model.js';

/** What a model class says that would be found out by a request only. */
export interface ModelFault {
  readonly code: SetupCode;
  readonly problem: string;
  readonly fix: string;
}

/** Finds the faults of a model class, as a request with some groups reads it, and of those in it. */
export function findModelFaults(
  input: InputModel,
  groups: readonly string[] = [],
  seen = new Set<InputModel>(),
): ModelFault[] {
  if (seen.has(input)) return [];
  seen.add(input);
  return [
    ...findUndecorated(input.model, 'input', groups),
    ...findUnfillable(input),
    ...findUntyped(input),
    ...findHeldAlone(input),
    ...findEmpty(input),
    ...findDroppedTags(input),
    ...input.fields.flatMap(({ type }) => {
      if (type.kind === 'model') return findModelFaults(type.model, groups, seen);
      if (type.kind !== 'variants') return [];
      return [...type.models.values()].flatMap((model) => findModelFaults(model, groups, seen));
    }),
  ];
}

/** Fields that can be seen, and are dropped all the same, since class-validator does not know them. */
export function findUndecorated(
  model: ModelClass,
  direction: Direction,
  groups: readonly string[] = [],
): ModelFault[] {
  const known = new Set(readFields(model));
  const initial = readInitializers(model);
  // A function is nothing that could be sent.
  const filled = Object.keys(initial).filter(
    (property) => direction === 'input' || typeof initial[property] !== 'function',
  );
  const result = direction === 'input' ? 'it would be dropped' : 'it would not be sent';
  return [...new Set([...filled, ...readTransformedFields(model)])]
    .filter((property) => !known.has(property) && !isExcluded(model, property, direction, groups))
    .map((property) => ({
      code: 'MODEL_FIELD_UNDECORATED',
      problem: `${model.name}.${property} has no decorator of class-validator, so ${result}`,
      fix: 'write @Allow() or the decorator of its type before it, and for what is not for clients @Allow() @Exclude()',
    }));
}

/** Fields that no request can fill, and that class-validator asks for: each request would be refused. */
function findUnfillable({ model, checks, byProperty }: InputModel): ModelFault[] {
  const initial = readInitializers(model);
  const asked = new Set(checks.filter(refusesNothing).map(({ property }) => property));
  return [...asked]
    .filter((property) => {
      const own = checks.filter((check) => check.property === property);
      const free = own.some(({ kind }) => kind === 'optional' || kind === 'conditional');
      // What a getter gives is not known before a request.
      const given = initial[property] !== undefined || findAccessor(model, property)?.get !== undefined;
      return !byProperty.has(property) && !free && !given;
    })
    .map((property) => ({
      code: 'MODEL_FIELD_UNFILLABLE',
      problem: `${model.name}.${property} must be there, and @Exclude or groups of @Expose hide it from requests, so each would be refused`,
      fix: 'write @IsOptional() beside it or give it an initializer, or hide it in responses alone: @Exclude({ toPlainOnly: true }); a field of groups is filled by a source with { groups }',
    }));
}

/** Whether a rule is known to refuse a value that is not there. Validators of one's own are not asked without a request. */
function refusesNothing({ property, kind, name, values, guarded, validate }: FieldCheck): boolean {
  if (kind !== 'check' || guarded || !Object.hasOwn(CONSTRAINTS, name)) return false;
  return (
    validate(undefined, { targetName: '', property, object: {}, value: undefined, constraints: values }) ===
    false
  );
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

/** Fields of which nothing is said but what they hold in responses: a request could put anything there. */
function findHeldAlone({ model, checks, fields }: InputModel): ModelFault[] {
  return fields
    .filter(({ property, computed }) => {
      const own = checks.filter((check) => check.property === property);
      // @Holds is one @Allow; another one is the program's word that any value is right.
      const alone = own.length === 1 && own[0]?.kind === 'allow';
      const said = computed || hasType(model, property) || isTransformed(model, property);
      return alone && !said && readHeldType(model, property) !== undefined;
    })
    .map(({ property }) => ({
      code: 'MODEL_FIELD_UNTYPED',
      problem: `${model.name}.${property} has @Holds alone, which says nothing of requests, so any value would be let in`,
      fix: 'write the rules of requests beside it (@IsObject(), @IsArray(), …), @Allow() for any value, or @Exclude({ toClassOnly: true }) for what no request has',
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
