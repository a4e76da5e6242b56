import type { ModelClass } from '../models/model-fields.js';
import { misfit, type Project, type ProjectionSettings } from './projection.js';
import { shapeName, type Shape, type UnionShape } from './shape.js';
import { kindOf, toPath, Unfit } from './unfit.js';

/** The projections of a member of a union. */
export interface MemberProjections {
  /** For a value that is known to be meant. */
  readonly chosen: Project;
  /** Refuse what does not fit; `strict` converts nothing. */
  readonly strict: Project;
  readonly lax: Project;
}

/**
 * Projects a value of one of several types, as Pydantic's smart mode does: by its class, by the discriminator, else the
 * member that it fits without conversion, with conversion; of several the one of whose fields it has most, the first of
 * equals.
 */
export function projectUnion(
  shape: UnionShape,
  members: readonly MemberProjections[],
  settings: ProjectionSettings,
): Project {
  const { discriminator } = shape;
  const byClass = memberClasses(shape.members);
  const expected = shapeName(shape);
  return (value, depth) => {
    if (typeof value === 'object' && value !== null) {
      const known = byClass.find(({ model }) => value instanceof model);
      if (known !== undefined) return members[known.index]?.chosen(value, depth);
      if (discriminator !== undefined) {
        const index = discriminator.members.get((value as Record<string, unknown>)[discriminator.property]);
        if (index !== undefined) return members[index]?.chosen(value, depth);
      }
    }
    const failures: string[] = [];
    for (const mode of ['strict', 'lax'] as const) {
      const best = findBest(
        value,
        depth,
        shape.members,
        members.map((member) => member[mode]),
        failures,
      );
      if (best !== undefined) return best.projected;
    }
    if (settings.check)
      throw new Unfit(expected, `${kindOf(value)} (${failures.slice(-members.length).join('; ')})`);
    return misfit(value, expected, settings);
  };
}

function findBest(
  value: unknown,
  depth: number,
  shapes: readonly Shape[],
  projections: readonly Project[],
  failures: string[],
): { readonly projected: unknown } | undefined {
  let best: { readonly projected: unknown; readonly fields: number } | undefined;
  for (const [index, project] of projections.entries()) {
    const shape = shapes[index];
    if (shape === undefined) continue;
    try {
      const projected = project(value, depth);
      const fields = countFields(value, shape);
      if (best === undefined || fields > best.fields) best = { projected, fields };
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      const where = error.path.length === 0 ? '' : `${toPath(error.path)}: `;
      failures.push(`no ${shapeName(shape)}: ${where}${error.message}`);
    }
  }
  return best;
}

/** How many fields of a model a value has. */
function countFields(value: unknown, shape: Shape): number {
  if (shape.kind !== 'model' || typeof value !== 'object' || value === null) return 0;
  return shape.model.fields.filter(
    ({ property }) => (value as Record<string, unknown>)[property] !== undefined,
  ).length;
}

/** The classes of the members, those that extend others of them first. */
function memberClasses(
  shapes: readonly Shape[],
): readonly { readonly model: ModelClass; readonly index: number }[] {
  const classes = shapes.flatMap((shape, index) =>
    shape.kind === 'model' ? [{ model: shape.model.model, index, depth: depthOf(shape.model.model) }] : [],
  );
  return classes.sort((a, b) => b.depth - a.depth);
}

function depthOf(model: ModelClass): number {
  let depth = 0;
  for (let base: unknown = model; typeof base === 'function'; base = Object.getPrototypeOf(base)) depth += 1;
  return depth;
}
