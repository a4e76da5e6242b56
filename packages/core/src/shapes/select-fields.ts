import { readSelection, type FieldSelection } from '../metadata/field-selection.js';
import type { FieldShape, ModelShape, Shape } from './shape.js';

export type SelectionMode = 'include' | 'exclude';

/**
 * Keeps the fields that are named, or leaves them out, at any depth. Lists, records, unions and what may be null are looked
 * through to the models in them.
 *
 * @param refuse Gets the path of each name that no field has, with the names that are there.
 */
export function selectFields(
  shape: Shape,
  selection: FieldSelection,
  mode: SelectionMode,
  refuse: (path: string, known: readonly string[]) => void,
): Shape {
  const entries = new Map(readSelection(selection));
  const selected = selectIn(shape, { entries, mode, refuse });
  const models = reachedModels(shape);
  for (const name of entries.keys()) {
    if (models.some(({ fields }) => fields.some(({ property }) => property === name))) continue;
    refuse(name, [...new Set(models.flatMap(({ fields }) => fields.map(({ property }) => property)))]);
  }
  return selected;
}

interface Selecting {
  readonly entries: ReadonlyMap<string, true | FieldSelection>;
  readonly mode: SelectionMode;
  readonly refuse: (path: string, known: readonly string[]) => void;
}

function selectIn(shape: Shape, selecting: Selecting): Shape {
  switch (shape.kind) {
    case 'list':
      return { ...shape, item: selectIn(shape.item, selecting) };
    case 'record':
      return { ...shape, value: selectIn(shape.value, selecting) };
    case 'nullable':
      return { ...shape, of: selectIn(shape.of, selecting) };
    case 'union':
      return { ...shape, members: shape.members.map((member) => selectIn(member, selecting)) };
    case 'model':
      return { kind: 'model', model: selectOf(shape.model, selecting) };
    default:
      return shape;
  }
}

function selectOf(model: ModelShape, { entries, mode, refuse }: Selecting): ModelShape {
  const fields = model.fields.flatMap((field): FieldShape[] => {
    const entry = entries.get(field.property);
    if (entry === undefined) return mode === 'include' ? [] : [field];
    if (entry === true) return mode === 'include' ? [field] : [];
    const within = (path: string, known: readonly string[]): void => {
      refuse(`${field.property}.${path}`, known);
    };
    return [{ ...field, shape: selectFields(field.shape, entry, mode, within) }];
  });
  return { ...model, fields, selected: true };
}

/** The models that a selection is about. */
export function reachedModels(shape: Shape): readonly ModelShape[] {
  switch (shape.kind) {
    case 'list':
      return reachedModels(shape.item);
    case 'record':
      return reachedModels(shape.value);
    case 'nullable':
      return reachedModels(shape.of);
    case 'union':
      return shape.members.flatMap(reachedModels);
    case 'model':
      return [shape.model];
    default:
      return [];
  }
}
