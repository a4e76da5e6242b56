import type { FieldSelection } from '../metadata/field-selection.js';
import { specName } from '../metadata/model-spec.js';
import type { ResultModel } from '../responses/result-model.js';
import { ProjectionCompiler } from '../shapes/compile-projection.js';
import { ShapeReader, type ShapeFault } from '../shapes/compile-shape.js';
import { reachedModels, selectFields } from '../shapes/select-fields.js';
import { modelsOf, type FieldShape, type Shape } from '../shapes/shape.js';
import { toResponseError } from '../shapes/unfit.js';
import { findUndecorated, type ModelFault as FieldFault } from '../validation/check-model.js';
import { compileSerializer } from './compile-serializer.js';
import { toJsonWithIntegers } from './json-with-integers.js';

/** What a route says of its response model. */
export interface ResponseModelOptions {
  readonly spec: unknown;
  /** What the option is called in faults. Default `responseModel`. */
  readonly option?: string;
  readonly include: FieldSelection | undefined;
  readonly exclude: FieldSelection | undefined;
  readonly excludeNone: boolean;
  readonly excludeUnset: boolean;
  readonly excludeDefaults: boolean;
  readonly groups: readonly string[];
  /** Whether values that do not fit are errors. */
  readonly check: boolean;
}

/** A response model, compiled. */
export interface ResponseModel extends ResultModel {
  readonly shape: Shape;
  /** Whether a field is in every response. */
  readonly isAlways: (field: FieldShape) => boolean;
  readonly excludeNone: boolean;
}

/** Compiles a response model, or gives what is wrong with it. */
export function compileResponseModel(
  options: ResponseModelOptions,
): { readonly model: ResponseModel } | { readonly faults: readonly ModelFault[] } {
  const reader = new ShapeReader(options.groups);
  const whole = reader.compile(options.spec, options.option ?? 'responseModel');
  const faults: ModelFault[] = [...reader.faults];
  for (const { model } of modelsOf(whole)) faults.push(...findUndecorated(model, 'output', options.groups));
  const shape = faults.length > 0 ? whole : select(whole, options, faults);
  if (faults.length === 0 && reachedModels(shape).some(({ fields }) => fields.length === 0)) {
    const problem = `nothing of ${specName(options.spec)} would be sent`;
    const fix =
      'leave a field that is sent: not all hidden by @Exclude, groups, responseModelInclude and Exclude';
    faults.push({ code: 'RESPONSE_MODEL_INVALID', problem, fix });
  }
  if (faults.length > 0) return { faults };
  const { check, excludeNone, excludeUnset, excludeDefaults } = options;
  const isAlways = (field: FieldShape): boolean =>
    (field.required || (field.filled && !excludeUnset && !excludeDefaults)) &&
    !(excludeNone && field.shape.kind === 'nullable');
  const settings = { check, strict: false, excludeNone, excludeUnset, excludeDefaults };
  const compiler = new ProjectionCompiler(settings, (constructor) => findShape(constructor, options.groups));
  const root = compiler.compile(shape);
  const project = (value: unknown): unknown => {
    try {
      return root(value, 0);
    } catch (error) {
      throw toResponseError(error);
    }
  };
  // Unchecked values may be of any type.
  const fast = check
    ? compileSerializer(shape, (field) => field.required && isAlways(field))
    : toJsonWithIntegers;
  return { model: { shape, isAlways, excludeNone, ...createSerializer(project, fast) } };
}

/**
 * Of what `project` gave last the text is made by the compiled serializer; of all else, which hooks of the host may have
 * put in its place (an envelope), by JSON.stringify. Both write the same of projected values.
 */
function createSerializer(project: ResultModel['project'], fast: ResultModel['serialize']): ResultModel {
  let last: unknown;
  return {
    texts: new WeakMap(),
    project: (value) => (last = project(value)),
    serialize: (value) => {
      const own = value === last;
      // It is not kept longer than that.
      last = undefined;
      return own ? fast(value) : toJsonWithIntegers(value);
    },
  };
}

/** What is wrong with a response model, and what to write instead. */
export type ModelFault =
  | ShapeFault
  | FieldFault
  | { readonly code: 'RESPONSE_MODEL_FIELD_UNKNOWN'; readonly problem: string; readonly fix: string };

function select(whole: Shape, options: ResponseModelOptions, faults: ModelFault[]): Shape {
  let shape = whole;
  for (const [mode, option] of [
    ['include', 'responseModelInclude'],
    ['exclude', 'responseModelExclude'],
  ] as const) {
    const selection = options[mode];
    if (selection === undefined) continue;
    // Against the whole model: what is not included may be excluded, as in FastAPI.
    selectFields(whole, selection, mode, (path, known) => {
      const names = known.length === 0 ? 'there are no fields there' : `there are ${known.join(', ')}`;
      const problem = `${option} names ${path}, which is no field: ${names}`;
      faults.push({
        code: 'RESPONSE_MODEL_FIELD_UNKNOWN',
        problem,
        fix: 'write names of fields as they are in the class',
      });
    });
    shape = selectFields(shape, selection, mode, () => undefined);
  }
  return shape;
}

/** The shape of a class that a value of any kind turns out to be of. */
function findShape(constructor: unknown, groups: readonly string[]): Shape | undefined {
  const reader = new ShapeReader(groups);
  const shape = reader.compile(constructor, '');
  return reader.faults.length === 0 && shape.kind === 'model' ? shape : undefined;
}
