import { projectAny, projectPlain, copyEntries, copyList, entriesOf } from './project-any.js';
import { projectModel } from './project-model.js';
import { projectEnum, projectScalar } from './project-scalar.js';
import { projectUnion, type MemberProjections } from './project-union.js';
import { misfit, type Project, type ProjectionSettings } from './projection.js';
import { shapeName, type ModelShape, type Shape } from './shape.js';
import { isPending } from './unfit.js';

/** Gives the shape of a class that is a model, undefined for other classes. */
export type ShapeLookup = (constructor: unknown) => Shape | undefined;

/** Compiles shapes into functions; each class once, so that a class may hold itself. */
export class ProjectionCompiler {
  readonly #settings: ProjectionSettings;
  readonly #findShape: ShapeLookup;
  readonly #models = new Map<ModelShape, { project: Project }>();
  readonly #found = new WeakMap<object, { readonly project: Project | undefined }>();
  #strict: ProjectionCompiler | undefined;
  #lax: ProjectionCompiler | undefined;

  constructor(settings: ProjectionSettings, findShape: ShapeLookup) {
    this.#settings = settings;
    this.#findShape = findShape;
  }

  compile(shape: Shape): Project {
    const settings = this.#settings;
    switch (shape.kind) {
      case 'scalar':
        return projectScalar(shape, settings);
      case 'enum':
        return projectEnum(shape, settings);
      case 'any':
        return projectAny(shape.object, settings, (constructor) => this.#findModel(constructor));
      case 'plain':
        return projectPlain(settings);
      case 'list':
        return this.#list(shape);
      case 'record':
        return this.#record(shape);
      case 'nullable': {
        const project = this.compile(shape.of);
        return (value, depth) => (value === null || value === undefined ? null : project(value, depth));
      }
      case 'union':
        return projectUnion(
          shape,
          shape.members.map((member) => this.#member(member)),
          settings,
        );
      case 'model':
        return this.#model(shape.model);
    }
  }

  #list(shape: Extract<Shape, { kind: 'list' }>): Project {
    const project = this.compile(shape.item);
    return (value, depth) => {
      if (Array.isArray(value)) return copyList(value, project, depth);
      if (value instanceof Set) return copyList([...value], project, depth);
      return misfit(value, shapeName(shape), this.#settings);
    };
  }

  #record(shape: Extract<Shape, { kind: 'record' }>): Project {
    const project = this.compile(shape.value);
    return (value, depth) => {
      const fits = typeof value === 'object' && value !== null && !Array.isArray(value) && !isNoRecord(value);
      if (!fits) return misfit(value, shapeName(shape), this.#settings);
      return copyEntries(entriesOf(value, this.#settings), project, depth);
    };
  }

  #model(shape: ModelShape): Project {
    const known = this.#models.get(shape);
    // By the cell: it is filled when the fields have been compiled, one of which may hold the model itself.
    if (known !== undefined) return (value, depth) => known.project(value, depth);
    const cell = { project: ((value) => value) as Project };
    this.#models.set(shape, cell);
    cell.project = projectModel(shape, this.#settings, (field) => this.compile(field.shape));
    return cell.project;
  }

  #member(shape: Shape): MemberProjections {
    const settings = { ...this.#settings, check: true };
    this.#strict ??= new ProjectionCompiler({ ...settings, strict: true }, this.#findShape);
    this.#lax ??= new ProjectionCompiler({ ...settings, strict: this.#settings.strict }, this.#findShape);
    const own = this.#settings.check;
    const chosen = this.compile(shape);
    return {
      chosen,
      strict: this.#settings.strict ? chosen : this.#strict.compile(shape),
      lax: own ? chosen : this.#lax.compile(shape),
    };
  }

  /** Compiled when an instance of it is first met, once. */
  #findModel(constructor: unknown): Project | undefined {
    if (typeof constructor !== 'function') return undefined;
    let found = this.#found.get(constructor);
    if (found === undefined) {
      const shape = this.#findShape(constructor);
      found = { project: shape === undefined ? undefined : this.compile(shape) };
      this.#found.set(constructor, found);
    }
    return found.project;
  }
}

function isNoRecord(value: object): boolean {
  return value instanceof Set || value instanceof Date || ArrayBuffer.isView(value) || isPending(value);
}
