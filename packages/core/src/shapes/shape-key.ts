import type { FieldRule } from '../models/model-fields.js';
import type { ModelShape, Shape } from './shape.js';

/** Text that is equal for shapes that the same values fit: models by what they hold, whatever the name of their class. */
export function shapeKey(root: Shape): string {
  const reached: ModelShape[] = [];
  const write = (shape: Shape): unknown => {
    switch (shape.kind) {
      case 'list':
        return ['list', write(shape.item)];
      case 'record':
        return ['record', write(shape.value)];
      case 'nullable':
        return ['nullable', write(shape.of)];
      case 'union':
        return ['union', ...shape.members.map(write)];
      case 'model': {
        const at = reached.indexOf(shape.model);
        if (at >= 0) return ['model', at];
        reached.push(shape.model);
        const { fields, tag } = shape.model;
        return [
          'model',
          tag,
          fields.map(({ name, required, rules, shape: inner }) => [
            name,
            required,
            rules.map(ruleKey),
            write(inner),
          ]),
        ];
      }
      default:
        return shape;
    }
  };
  return JSON.stringify(write(root));
}

function ruleKey({ name, each, values }: FieldRule): unknown {
  return [
    name,
    each,
    ...values.map((value) => (isTable(value) ? Object.entries(value).map(String) : String(value))),
  ];
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp);
}
