import { readCompound, specName } from '../metadata/model-spec.js';
import { enumValues, isEnumObject, typeName } from '../metadata/types.js';
import { hasValidatedFields, type ModelClass } from '../models/model-fields.js';
import { ModelShapes } from './model-shapes.js';
import { scalarOf } from './scalar-of.js';
import { toNullable, type Shape } from './shape.js';
import { joinShapes, settleUnion, type OpenUnion } from './union-shape.js';

/** What is wrong with a type, and what to write instead. */
export interface ShapeFault {
  readonly code: 'RESPONSE_MODEL_INVALID' | 'RESPONSE_MODEL_UNION';
  readonly problem: string;
  readonly fix: string;
}

/** Reads types into shapes; each class once, so that a class may hold itself. */
export class ShapeReader {
  readonly faults: ShapeFault[] = [];
  readonly #models: ModelShapes;
  /** Unions whose members may still be being read. */
  readonly #open: { readonly union: OpenUnion; readonly where: string }[] = [];

  /** @param groups Those of @Expose and @Transform that apply. */
  constructor(groups: readonly string[] = []) {
    this.#models = new ModelShapes(groups, (spec, where) => this.#read(spec, where));
  }

  /** Reads a type, or adds to `faults` and gives a shape that is not to be used. */
  compile(spec: unknown, where: string): Shape {
    const shape = this.#read(spec, where);
    for (const { union, where: place } of this.#open.splice(0)) {
      settleUnion(union, (problem, fix) => {
        this.#add('RESPONSE_MODEL_UNION', `${place}: ${problem}`, fix);
      });
    }
    return shape;
  }

  #read(spec: unknown, where: string): Shape {
    const scalar = scalarOf(spec);
    if (scalar !== undefined) return { kind: 'scalar', type: scalar };
    if (spec === Object) return { kind: 'any', object: true };
    if (isEnumObject(spec)) return { kind: 'enum', values: enumValues(spec) };
    if (Array.isArray(spec)) {
      if (spec.length === 1) return { kind: 'list', item: this.#read(spec[0], where) };
      return this.#refuse(
        `${where} is a list of ${String(spec.length)} types`,
        'write a list of one type: [Item], or [union(A, B)]',
      );
    }
    const compound = readCompound(spec);
    if (compound?.kind === 'union') {
      const { shape, union } = joinShapes(compound.of.map((member) => this.#read(member, where)));
      this.#open.push({ union, where });
      return shape;
    }
    if (compound !== undefined) {
      const inner = this.#read(compound.of, where);
      return compound.kind === 'record' ? { kind: 'record', value: inner } : toNullable(inner);
    }
    if (typeof spec === 'function' && !NOT_MODELS.has(spec))
      return this.#readModel(spec as ModelClass, where);
    return this.#refuse(`${where} is ${specName(spec)}, which is no type of a response`, TYPES);
  }

  #readModel(model: ModelClass, where: string): Shape {
    if (!hasValidatedFields(model)) {
      // `() => Item`, where Item was meant.
      const problem = `${where} is ${typeName(model)}, which names no field, so nothing would be sent`;
      return this.#refuse(
        problem,
        'give a class whose fields have decorators of class-validator, or a list of one: [Item]',
      );
    }
    return { kind: 'model', model: this.#models.read(model) };
  }

  #refuse(problem: string, fix: string): Shape {
    this.#add('RESPONSE_MODEL_INVALID', problem, fix);
    return { kind: 'plain' };
  }

  #add(code: ShapeFault['code'], problem: string, fix: string): void {
    this.faults.push({ code, problem, fix });
  }
}

const NOT_MODELS: ReadonlySet<unknown> = new Set([Array, Promise, Function, Symbol, Map, Set]);
const TYPES =
  "use a model class, String, Number, 'integer', Boolean, Date, BigInt, Buffer, Object, an enum, a list of one, or union(…), nullable(…) and record(…) of them";
