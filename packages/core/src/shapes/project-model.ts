import { generateCheck, generateShortcut } from '../validation/generate-check.js';
import { projectField, withoutNull, type FieldProjection } from './project-field.js';
import { checkDepth, misfit, type Project, type ProjectionSettings } from './projection.js';
import { modelName, type FieldShape, type ModelShape } from './shape.js';
import { isNoModel } from './unfit.js';

interface CompiledField {
  readonly field: FieldShape;
  readonly projection: FieldProjection;
  /** Whether an instance is needed to say what the initializers give. */
  readonly needsInitial: boolean;
}

/**
 * Projects objects of a class: plain ones, instances of it and of other classes alike, by reading the properties that
 * the class declares, and no other.
 *
 * The function is written as text, so that V8 knows the object that it makes; all that a field can be is decided by its
 * {@link FieldProjection}, of which the text only spares the call where a value is already what it has to be.
 */
export function projectModel(
  shape: ModelShape,
  settings: ProjectionSettings,
  projectionOf: (field: FieldShape) => Project,
): Project {
  const fields = shape.fields.map((field): CompiledField => ({
    field,
    projection: projectField(shape, field, projectionOf(field), settings),
    needsInitial: field.filled,
  }));
  const refuse = (value: unknown): unknown => misfit(value, modelName(shape), settings);
  const create = shape.constructible ? (): object => new shape.model() : () => undefined;
  // An object of which nothing is required would be taken for anything.
  const isOpaque = fields.some(({ field }) => field.required) ? undefined : isNoModel;
  const parts = { shape, fields, settings, refuse, create, isOpaque };
  try {
    return generate(parts);
  } catch (error) {
    // A process that forbids code from text (--disallow-code-generation-from-strings).
    if (!(error instanceof EvalError)) throw error;
    return interpret(parts);
  }
}

interface Parts {
  readonly shape: ModelShape;
  readonly fields: readonly CompiledField[];
  readonly settings: ProjectionSettings;
  readonly refuse: (value: unknown) => unknown;
  readonly create: () => object | undefined;
  readonly isOpaque: ((value: object) => boolean) | undefined;
}

function generate({ shape, fields, settings, refuse, create, isOpaque }: Parts): Project {
  const eager = settings.excludeDefaults && fields.some(({ needsInitial }) => needsInitial);
  const listChecks: string[] = [];
  const lines = fields.map(({ field, needsInitial }, index) => {
    const { property } = field;
    const key = JSON.stringify(property);
    const read = property in Object.prototype ? `readDeclared(value, ${key})` : `value[${key}]`;
    const initial = needsInitial ? (eager ? 'initial' : 'initial ??= create()') : 'undefined';
    const shortcut = toShortcut(field, settings);
    const isList = shortcut !== undefined && withoutNull(field.shape).kind === 'list';
    if (isList) listChecks.push(`function isSent${index}(list) { ${checkEach(shortcut)} }`);
    const isSent = isList ? `isSent${index}(field)` : shortcut;
    const known = isSent === undefined ? '' : `${isSent} ? field :`;
    return `
      field = ${read};
      const v${index} = ${known}
        (field === undefined ? absent[${index}](value, depth, ${initial})
        : present[${index}](field, value, depth, ${eager && needsInitial ? 'initial' : 'undefined'}));`;
  });
  const tagged =
    shape.tag === undefined ? [] : [[shape.tag.property, JSON.stringify(shape.tag.name)] as const];
  const named = fields.map(({ field }, index) => [field.name, `v${index}`] as const);
  const properties = new Map([...named, ...tagged]);
  const text = `
    ${listChecks.join('')}
    return function project(value, outer) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(value);
      ${isOpaque === undefined ? '' : 'if (isOpaque(value)) return refuse(value);'}
      const depth = outer + 1;
      if (depth > 100) checkDepth(depth);
      let field, initial${eager ? ' = create()' : ''};
      ${lines.join('')}
      return { ${[...properties].map(([name, variable]) => `${toKey(name)}: ${variable}`).join(', ')} };
    };`;
  const names = ['refuse', 'isOpaque', 'checkDepth', 'create', 'readDeclared', 'absent', 'present'];
  // Names come from classes of the program, as JSON text; nothing of a request or of a value gets here.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as serializers of JSON Schema do
  return new Function(...names, text)(
    refuse,
    isOpaque,
    checkDepth,
    create,
    readDeclared,
    fields.map(({ projection }) => projection.absent),
    fields.map(({ projection }) => projection.present),
  ) as Project;
}

/** The same without text. */
function interpret({ shape, fields, settings, refuse, create, isOpaque }: Parts): Project {
  return (value, outer) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(value);
    if (isOpaque?.(value) === true) return refuse(value);
    const depth = outer + 1;
    checkDepth(depth);
    let initial = settings.excludeDefaults ? create() : undefined;
    const entries = fields.map(({ field, projection, needsInitial }): [string, unknown] => {
      const own = readDeclared(value, field.property);
      if (own !== undefined) return [field.name, projection.present(own, value, depth, initial)];
      if (needsInitial) initial ??= create();
      return [field.name, projection.absent(value, depth, initial)];
    });
    if (shape.tag !== undefined) entries.push([shape.tag.property, shape.tag.name]);
    return Object.fromEntries(entries);
  };
}

/** The name of a property in a literal. Computed, a name is looked up for each object; plain, this one is the prototype. */
function toKey(name: string): string {
  return name === '__proto__' ? `['__proto__']` : JSON.stringify(name);
}

/**
 * Under which condition a value is sent as it is, as text, that of each item where the field is a list; undefined where
 * that is for its projection to say.
 */
function toShortcut(
  { shape, transform, checks, filled }: FieldShape,
  settings: ProjectionSettings,
): string | undefined {
  const base = withoutNull(shape);
  const item = base.kind === 'list' ? base.item : base;
  if (item.kind !== 'scalar' || transform !== undefined || (settings.excludeDefaults && filled))
    return undefined;
  const type = EXACT[item.type];
  const asked = settings.check ? checks : [];
  // What is asked of a list as a whole is asked of its copy.
  if (type === undefined || (base.kind === 'list' && asked.some(({ each }) => !each))) return undefined;
  const rules = asked.map((check) => generateCheck(check, 'field') ?? generateShortcut(check, 'field'));
  return rules.includes(undefined)
    ? undefined
    : [type, ...rules].map((rule) => `(${String(rule)})`).join(' && ');
}

/** Whether a list is sent as it is, which spares the copy. Not one that says itself what its JSON is. */
function checkEach(condition: string): string {
  return `
    if (!Array.isArray(list) || 'toJSON' in list) return false;
    for (let index = 0; index < list.length; index += 1) {
      const field = list[index];
      if (!(${condition})) return false;
    }
    return true;`;
}

const EXACT: Readonly<Record<string, string | undefined>> = {
  string: `typeof field === 'string'`,
  'date-text': `typeof field === 'string'`,
  number: `typeof field === 'number' && field - field === 0`,
  integer: 'Number.isInteger(field)',
  boolean: `typeof field === 'boolean'`,
};

/** A property of an object or of its classes, but for those that every object has. */
function readDeclared(value: object, property: string): unknown {
  for (
    let owner: unknown = value;
    typeof owner === 'object' && owner !== null && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    if (Object.hasOwn(owner, property)) {
      // What every class has is no field either.
      if (property === 'constructor' && owner !== value) return undefined;
      return Reflect.get(owner, property, value) as unknown;
    }
  }
  return undefined;
}
