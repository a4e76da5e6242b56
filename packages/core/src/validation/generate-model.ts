import type { FieldCheck } from '../models/field-checks.js';
import { readInitializers, type Collection } from '../models/model-fields.js';
import { copyJson, TOO_DEEP } from './copy-json.js';
import { FAIL } from './fail.js';
import { generateCheck, generateShortcut } from './generate-check.js';
import { generateScalar, toScalar } from './generate-scalar.js';
import type { InputField, InputModel, InputType } from './input-model.js';
import type { ValidationSettings } from './settings.js';

/** Gives the instance of a value that lies so deep, or {@link FAIL}. */
export type Build = (value: unknown, depth: number) => unknown;

/** The condition under which a collection has nothing in it. */
const EMPTY: Readonly<Record<Collection, string>> = {
  list: 'Array.isArray(field) && field.length === 0',
  set: 'field instanceof Set && field.size === 0',
  map: 'field instanceof Map && field.size === 0',
};

/** The text of the function of one class, and the values that it refers to. */
export class ModelCode {
  readonly #input: InputModel;
  readonly #settings: ValidationSettings;
  readonly #builders: ReadonlyMap<InputModel, { build: Build }>;
  readonly #references: unknown[] = [];
  /** Rules that are asked when the whole instance is there: validators of one's own see it. */
  readonly #late: string[] = [];

  constructor(
    input: InputModel,
    settings: ValidationSettings,
    builders: ReadonlyMap<InputModel, { build: Build }>,
  ) {
    this.#input = input;
    this.#settings = settings;
    this.#builders = builders;
  }

  compile(): Build {
    const { model, fields, byName } = this.#input;
    const initial = readInitializers(model);
    const model_ = this.#refer(model);
    const lines = fields.map((field) => this.#field(field, initial[field.property] !== undefined));
    const forbid =
      this.#settings.extra === 'forbid'
        ? `for (const key of Object.keys(value)) if (!${this.#refer(byName)}.has(key)) return FAIL;`
        : '';
    const text = `
      return function build(value, depth) {
        if (typeof value !== 'object' || value === null || Array.isArray(value)) return FAIL;
        if (depth > ${this.#settings.maxDepth}) return FAIL;
        const prototype = Object.getPrototypeOf(value);
        if (prototype !== Object.prototype && prototype !== null) return FAIL;
        ${forbid}
        const instance = new ${model_}();
        let field, item, list, keys, result;
        ${lines.join('\n')}
        ${this.#late.join('\n')}
        return instance;
      };`;
    // Names come from classes of the program, as JSON text; nothing of a request gets here.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- as serializers and validators of JSON Schema do
    return new Function('FAIL', 'references', 'toScalar', text)(FAIL, this.#references, toScalar) as Build;
  }

  #field(field: InputField, hasDefault: boolean): string {
    const { property, name, optional, collection, type, required } = field;
    const own = this.#input.checks.filter((check) => check.property === property && check.kind === 'check');
    const target = `instance[${JSON.stringify(property)}]`;
    const whole = own.filter(({ each }) => !each || collection === undefined);
    const rules = this.#rules(whole, 'field', target, field);
    const items =
      collection === undefined
        ? ''
        : this.#rules(
            own.filter(({ each }) => each),
            'item',
            target,
            field,
          );
    const convert =
      collection === undefined
        ? this.#value(type, 'field')
        : collection === 'map'
          ? this.#map(type, items)
          : this.#list(type, items, collection);
    const nested = type.kind === 'model' || type.kind === 'variants';
    const absent = this.#absent({ nested, hasDefault, collection, optional, required, rules, target });
    return `
      field = value[${JSON.stringify(name)}];
      if (field === undefined) {
        ${absent}
      } else ${optional ? `if (field === null) ${target} = null; else` : ''} {
        ${convert}
        ${rules}
        ${target} = field;
      }`;
  }

  /** A field that did not come has its initializer's value, which the rules are asked about too. */
  #absent(field: {
    readonly nested: boolean;
    readonly hasDefault: boolean;
    readonly collection: Collection | undefined;
    readonly optional: boolean;
    readonly required: boolean;
    readonly rules: string;
    readonly target: string;
  }): string {
    const { nested, hasDefault, collection, optional, required, rules, target } = field;
    if (required) return 'return FAIL;';
    // An instance or a list of an initializer is validated by the libraries, but for an empty list.
    const plain = collection === undefined ? 'return FAIL;' : `if (!(${EMPTY[collection]})) return FAIL;`;
    const structured = nested || collection !== undefined;
    const check = `${structured && hasDefault ? plain : ''} ${rules}`;
    return optional || (nested && !hasDefault)
      ? `field = ${target}; if (field !== undefined && field !== null) { ${structured ? plain : ''} ${rules} }`
      : `field = ${target}; ${check}`;
  }

  #map(type: InputType, items: string): string {
    const { maxItems, maxDepth } = this.#settings;
    return `
      if (typeof field !== 'object' || field === null || Array.isArray(field) || depth >= ${maxDepth}) return FAIL;
      keys = Object.keys(field);
      if (keys.length > ${maxItems}) return FAIL;
      list = new Map();
      for (const key of keys) {
        item = field[key];
        ${this.#value(type, 'item', 2)}
        ${items}
        list.set(key, item);
      }
      field = list;`;
  }

  #list(type: InputType, items: string, collection: 'list' | 'set'): string {
    const { maxItems, maxDepth } = this.#settings;
    return `
      if (!Array.isArray(field) || field.length > ${maxItems} || depth >= ${maxDepth}) return FAIL;
      list = [];
      for (let at = 0; at < field.length; at += 1) {
        item = field[at];
        ${this.#value(type, 'item', 2)}
        ${items}
        list.push(item);
      }
      field = ${collection === 'set' ? 'new Set(list)' : 'list'};`;
  }

  /** Converts a variable in its place. */
  #value(type: InputType, variable: string, levels = 1): string {
    switch (type.kind) {
      case 'scalar':
        return generateScalar(type.type, variable, this.#refer(type.convert));
      case 'model': {
        const builder = this.#refer(this.#builders.get(type.model));
        return this.#build(builder, variable, levels);
      }
      case 'variants': {
        const models = new Map(
          [...type.models].map(([tag, model]) => [tag, this.#builders.get(model)] as const),
        );
        const tag = JSON.stringify(type.property);
        const keep = type.keeps && [...type.models.values()].every(({ byName }) => byName.has(type.property));
        if (!keep) return 'return FAIL;';
        return `
          if (typeof ${variable} !== 'object' || ${variable} === null || !Object.hasOwn(${variable}, ${tag})) return FAIL;
          result = ${this.#refer(models)}.get(${variable}[${tag}]);
          if (result === undefined) return FAIL;
          ${this.#build('result', variable, levels)}`;
      }
      case 'any':
        return `
          ${variable} = ${this.#refer(copyJson)}(${variable}, ${this.#settings.maxDepth} - depth - ${levels - 1});
          if (${variable} === ${this.#refer(TOO_DEEP)}) return FAIL;`;
      case 'opaque':
        return 'return FAIL;';
    }
  }

  #build(builder: string, variable: string, levels: number): string {
    return `
      ${variable} = ${builder}.build(${variable}, depth + ${levels});
      if (${variable} === FAIL || ${variable} instanceof Promise) return ${variable};`;
  }

  /** What is known is written out, at once; what is not is asked when the instance is whole. */
  #rules(checks: readonly FieldCheck[], variable: string, target: string, field: InputField): string {
    const inline: string[] = [];
    for (const check of checks) {
      const written = generateCheck(check, variable);
      if (written !== undefined) inline.push(`if (!(${written})) return FAIL;`);
      else this.#late.push(this.#ask(check, variable === 'item', target, field));
    }
    return inline.join('\n');
  }

  #ask(check: FieldCheck, each: boolean, target: string, { optional }: InputField): string {
    const validate = this.#refer(check.validate);
    const { property } = check;
    const constraints = this.#refer(check.values);
    const targetName = JSON.stringify(this.#input.model.name);
    const args = `{ targetName: ${targetName}, property: ${JSON.stringify(property)}, object: instance, value: field, constraints: ${constraints} }`;
    const shortcut = (variable: string): string => {
      const condition = generateShortcut(check, variable);
      return condition === undefined ? '' : `if (!(${condition}))`;
    };
    const test = (variable: string): string => `
      ${shortcut(variable)} {
      result = ${validate}(${variable}, ${args});
      if (result !== true) return result instanceof Promise ? result : FAIL;
      }`;
    const body = each
      ? `list = Array.isArray(field) || field instanceof Set ? field : field instanceof Map ? field.values() : undefined;
         if (list === undefined) return FAIL;
         for (item of list) { ${test('item')} }`
      : test('field');
    const guard = optional ? 'if (field !== undefined && field !== null)' : '';
    return `field = ${target}; ${guard} { ${body} }`;
  }

  #refer(value: unknown): string {
    let at = this.#references.indexOf(value);
    if (at < 0) at = this.#references.push(value) - 1;
    return `references[${at}]`;
  }
}
