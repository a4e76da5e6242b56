import type { FieldCheck } from '../models/field-checks.js';
import { misfit, type Project, type ProjectionSettings } from './projection.js';
import { modelName, shapeName, type FieldShape, type ModelShape, type Shape } from './shape.js';
import { isNoModel, kindOf, placed, Unfit } from './unfit.js';

/** How one field of an object is projected. Undefined is left out. @throws Unfit, with the field as its place */
export interface FieldProjection {
  /** For a value that is there; `initial` is an instance of the class as its initializers make it. */
  readonly present: (value: unknown, source: object, depth: number, initial: object | undefined) => unknown;
  /** For a field that the object does not have. */
  readonly absent: (source: object, depth: number, initial: object | undefined) => unknown;
}

/** Compiles the projection of a field. */
export function projectField(
  model: ModelShape,
  field: FieldShape,
  inner: Project,
  settings: ProjectionSettings,
): FieldProjection {
  const { property, transform, filled, computed, required } = field;
  const check = settings.check ? compileChecks(field) : undefined;
  const project = (value: unknown, source: object, depth: number): unknown => {
    const made = transform === undefined ? value : transform(value, source);
    const projected = made === undefined ? undefined : inner(made, depth);
    if (projected === undefined || (projected === null && settings.excludeNone)) return undefined;
    if (check !== undefined && projected !== null) check(projected, made, source);
    return projected;
  };
  const isDirect =
    transform === undefined && check === undefined && !settings.excludeNone && !settings.excludeDefaults;
  const direct: FieldProjection['present'] = (value, _source, depth) => {
    try {
      return inner(value, depth);
    } catch (error) {
      throw placed(error, property);
    }
  };
  const full: FieldProjection['present'] = (value, source, depth, initial) => {
    try {
      const projected = project(value, source, depth);
      const isDefault =
        settings.excludeDefaults &&
        filled &&
        initial !== undefined &&
        isEqual(projected, project(valueOf(initial, property), initial, depth));
      return isDefault ? undefined : projected;
    } catch (error) {
      throw placed(error, property);
    }
  };
  // Half of the way, for most fields of most models.
  const present = isDirect ? direct : full;
  const expected = shapeName(field.shape);
  return {
    present,
    absent: (source, depth, initial) => {
      if (computed) {
        const value = valueOf(toInstance(model, source), property);
        if (value !== undefined) return present(value, source, depth, initial);
      }
      const preset = filled && initial !== undefined ? valueOf(initial, property) : undefined;
      if (preset !== undefined && (settings.excludeUnset || settings.excludeDefaults)) return undefined;
      if (preset !== undefined) return present(preset, source, depth, initial);
      try {
        // One that reads other fields makes a value of nothing.
        const made = transform === undefined ? undefined : project(undefined, source, depth);
        if (made !== undefined || !required) return made;
        if (!isNoModel(source)) return misfit(undefined, expected, settings);
      } catch (error) {
        throw placed(error, property);
      }
      // Of a promise every field is missing: that it is one says more.
      return misfit(source, modelName(model), settings);
    },
  };
}

/** The rules of class-validator, asked about what is sent, a date as the date that it was. */
function compileChecks({
  checks,
  shape,
  property,
}: FieldShape): ((projected: unknown, value: unknown, source: object) => void) | undefined {
  if (checks.length === 0) return undefined;
  const base = shape.kind === 'nullable' ? shape.of : shape;
  const item = base.kind === 'list' ? base.item : base;
  const isDate = item.kind === 'scalar' && item.type === 'date';
  const isData = item.kind === 'scalar' || item.kind === 'enum' || item.kind === 'plain';
  const isList = base.kind === 'list';
  const ask = (check: FieldCheck, value: unknown, source: object): void => {
    const { name, values, validate } = check;
    const args = {
      targetName: (source as { constructor?: { name?: string } }).constructor?.name ?? '',
      property,
      object: source,
      value,
      constraints: values,
    };
    const verdict = validate(value, args);
    // A promise is a validator that was not known to be asynchronous: nobody waits for it here.
    if (verdict instanceof Promise) verdict.catch(() => undefined);
    else if (verdict !== true) throw new Unfit(`what ${name}${toArguments(values)} accepts`, kindOf(value));
  };
  const restore = (value: unknown): unknown =>
    isDate && typeof value === 'string' ? new Date(value) : value;
  const askEach = (check: FieldCheck, items: readonly unknown[], source: object): void => {
    items.forEach((item, index) => {
      try {
        ask(check, restore(item), source);
      } catch (error) {
        throw placed(error, index);
      }
    });
  };
  return (projected, value, source) => {
    for (const check of checks) {
      if (isList && check.each) {
        if (isData) askEach(check, projected as unknown[], source);
      } else if (isList) ask(check, (projected as unknown[]).map(restore), source);
      else ask(check, isData ? restore(projected) : value, source);
    }
  };
}

function toArguments(values: readonly unknown[]): string {
  const told = values.filter(
    (value) => typeof value === 'number' || typeof value === 'string' || value instanceof RegExp,
  );
  return told.length === 0 ? '' : `(${told.map(String).join(', ')})`;
}

function valueOf(source: object, property: string): unknown {
  return (source as Record<string, unknown>)[property];
}

/** An instance with the fields of an object, for a getter of the class to read. */
function toInstance({ model, constructible }: ModelShape, source: object): object {
  if (source instanceof model || !constructible) return source;
  const instance = new model();
  for (const key of Object.keys(source)) {
    // Not where there is a getter alone.
    if (valueOf(source, key) !== undefined && key !== '__proto__')
      Reflect.set(instance, key, valueOf(source, key));
  }
  return instance;
}

/** Whether two projected values are the same JSON. */
function isEqual(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => isEqual(valueOf(one, key), valueOf(other, key)));
}

/** What of a shape its own value says nothing of: whether it is null. */
export function withoutNull(shape: Shape): Shape {
  return shape.kind === 'nullable' ? shape.of : shape;
}
