import { describeDependency, type DependencyDeclaration } from '../metadata/dependency.js';
import type { DependencyTarget } from '../metadata/dependency-use.js';
import { isSource } from '../metadata/source.js';
import type { Constructor } from '../metadata/types.js';
import { isGeneratorFunction } from '../values/generators.js';
import type { DependencyNode } from './dependency-node.js';

/** What a dependency is, without what it asks for. */
export interface TargetDescription extends Pick<
  DependencyNode,
  'name' | 'kind' | 'make' | 'provides' | 'givesGenerators'
> {
  readonly declaration: DependencyDeclaration | undefined;
}

/** Types of constructor parameters that say nothing of what to make. */
const NOT_CLASSES: ReadonlySet<unknown> = new Set([
  Object,
  String,
  Number,
  Boolean,
  BigInt,
  Symbol,
  Array,
  Function,
  Promise,
  Date,
  Map,
  Set,
]);

/** Whether a type is a class to make an instance of. */
export function isClass(type: unknown): type is Constructor {
  if (typeof type !== 'function' || NOT_CLASSES.has(type)) return false;
  // The prototype of a class cannot be written; that of a function or a generator function can, an arrow has none.
  return Object.getOwnPropertyDescriptor(type, 'prototype')?.writable === false;
}

/** Whether something can be a dependency. */
export function isTarget(target: unknown): target is DependencyTarget {
  return typeof target === 'function' && !isSource(target) && !NOT_CLASSES.has(target);
}

/** Reads what a dependency is. */
export function describeTarget(target: DependencyTarget): TargetDescription {
  const declaration = describeDependency(target);
  const own = declaration === undefined ? target.name : (declaration.name ?? declaration.fn.name);
  const name = own === '' ? 'an unnamed dependency' : own;
  if (declaration === undefined && isClass(target)) {
    const create = target as new (...values: unknown[]) => unknown;
    return {
      name,
      declaration,
      kind: 'class',
      make: (values) => new create(...values),
      provides: undefined,
      givesGenerators: false,
    };
  }
  const fn = declaration?.fn ?? target;
  const call = fn as (inputs: object) => unknown;
  const names = Object.keys(declaration?.inputs ?? {});
  return {
    name,
    declaration,
    kind: (declaration?.yields ?? yields(fn)) ? 'generator' : 'function',
    make: names.length === 0 ? () => call({}) : (values) => call(byName(names, values)),
    provides: declaration?.provides,
    givesGenerators: declaration?.yields === false,
  };
}

/**
 * Whether a function yields. Older compile targets make a plain function of an asynchronous generator function, with a
 * call of their runtime in it: TypeScript's and esbuild's `__asyncGenerator`, swc's `_wrap_async_generator`.
 */
function yields(fn: unknown): boolean {
  if (isGeneratorFunction(fn)) return true;
  if (typeof fn !== 'function') return false;
  return /\b_*(?:wrap_)?async_?generator\(/i.test(Function.prototype.toString.call(fn));
}

function byName(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  names.forEach((name, at) => {
    inputs[name] = values[at];
  });
  return inputs;
}
