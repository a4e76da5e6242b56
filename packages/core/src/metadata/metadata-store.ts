import 'reflect-metadata';

import type { ControllerOptions, RouteOptions } from './route-options.js';
import type { SourceDescription } from './source.js';
import type { Constructor, HttpMethod } from './types.js';

/** What @Controller says. */
export interface ControllerMetadata {
  readonly prefix: string;
  readonly options: ControllerOptions;
}

/** What one of @Get, @Post, … says. */
export interface RouteMetadata {
  readonly method: HttpMethod;
  readonly path: string;
  readonly options: RouteOptions;
}

/** What is known of one method of a controller. */
export interface HandlerMetadata {
  readonly member: string | symbol;
  readonly routes: readonly RouteMetadata[];
  /** By parameter index; more than one source on a parameter is a fault that registration reports. */
  readonly sources: ReadonlyMap<number, readonly SourceDescription[]>;
  /** Whether a decorator was put on a static member or an accessor, where it can do nothing. */
  readonly misplaced: boolean;
}

interface MemberRecord {
  routes: RouteMetadata[];
  sources: Map<number, SourceDescription[]>;
}

// Properties of the class and its prototype, under registered symbols: two copies of this package read the same
// metadata, and a class that nobody refers to takes its metadata with it. A subclass has its own, or that of its base.
const CONTROLLER = Symbol.for('sluice.metadata.controller');
const MEMBERS = Symbol.for('sluice.metadata.members');
const CONSTRUCTOR: unique symbol = Symbol.for('sluice.metadata.constructor');

type MemberKey = string | symbol;
type Annotated = object & { [CONTROLLER]?: ControllerMetadata; [MEMBERS]?: Map<MemberKey, MemberRecord> };

export function writeController(target: Constructor, metadata: ControllerMetadata): void {
  Object.defineProperty(target, CONTROLLER, { value: Object.freeze(metadata), configurable: true });
}

/** Own metadata of a class, or that of the nearest base that has some. */
export function readController(target: Constructor): ControllerMetadata | undefined {
  return (target as Annotated)[CONTROLLER];
}

export function writeRoute(target: object, member: MemberKey, route: RouteMetadata): void {
  // Decorators run from the last one up; the routes are kept as they are written.
  memberRecord(target, member).routes.unshift(Object.freeze(route));
}

/** A parameter of a constructor has no member name. */
export function writeSource(
  target: object,
  member: MemberKey | undefined,
  index: number,
  source: SourceDescription,
): void {
  const { sources } = memberRecord(target, member ?? CONSTRUCTOR);
  const present = sources.get(index);
  if (present === undefined) sources.set(index, [source]);
  else present.unshift(source);
}

/**
 * The decorated methods of a controller, those of its bases first, each once: a method that is overridden keeps the
 * routes and the sources of its base, unless it has its own.
 */
export function readHandlers(target: Constructor): HandlerMetadata[] {
  const handlers = new Map<
    MemberKey,
    { routes: readonly RouteMetadata[]; sources: HandlerMetadata['sources'] }
  >();
  for (const prototype of prototypes(target)) {
    for (const [member, own] of ownMembers(prototype)) {
      const base = handlers.get(member);
      handlers.set(member, {
        routes: own.routes.length > 0 ? own.routes : (base?.routes ?? []),
        sources: own.sources.size > 0 ? own.sources : (base?.sources ?? own.sources),
      });
    }
  }
  const misplaced = [...ownMembers(target)].filter(([member]) => member !== CONSTRUCTOR);
  return [
    ...[...handlers].map(([member, handler]) => ({
      member,
      ...handler,
      misplaced: !isMethod(target, member),
    })),
    ...misplaced.map(([member, { routes, sources }]) => ({ member, routes, sources, misplaced: true })),
  ];
}

/** What is known of the constructor that a class runs: its own, or the one that it inherits. */
export interface ConstructorMetadata {
  /** Parameters before the first one with an initializer. */
  readonly length: number;
  readonly sources: ReadonlyMap<number, readonly SourceDescription[]>;
  /** What the compiler wrote of the parameters' types: nothing where no decorator asks for it. */
  readonly types: readonly unknown[];
}

/** Reads the constructor of a class. One that only hands its arguments on is the base's. */
export function readConstructor(target: Constructor): ConstructorMetadata {
  let owner: Constructor = target;
  while (!hasOwnConstructor(owner)) {
    const base: unknown = Object.getPrototypeOf(owner);
    if (typeof base !== 'function' || base === Function.prototype) break;
    owner = base as Constructor;
  }
  const types: unknown = Reflect.getOwnMetadata('design:paramtypes', owner);
  const own = Object.hasOwn(owner, MEMBERS) ? (owner as Annotated)[MEMBERS]?.get(CONSTRUCTOR) : undefined;
  return {
    length: owner.length,
    sources: own?.sources ?? new Map<number, SourceDescription[]>(),
    types: Array.isArray(types) ? types : [],
  };
}

/**
 * Whether a class has a constructor of its own. Metadata tells it where there is some; else its source does, in which a
 * constructor that a compiler made for field initializers hands all arguments on: `super(...arguments)`.
 */
function hasOwnConstructor(target: Constructor): boolean {
  if (Reflect.hasOwnMetadata('design:paramtypes', target)) return true;
  if (Object.hasOwn(target, MEMBERS) && (target as Annotated)[MEMBERS]?.has(CONSTRUCTOR) === true)
    return true;
  const source = Function.prototype.toString.call(target);
  if (!source.startsWith('class')) return true;
  const found = /(?<![.\w$])constructor\s*\([^)]*\)\s*\{\s*(super\(\.\.\.\w+\))?/.exec(source);
  return found !== null && found[1] === undefined;
}

/** What the compiler wrote of the types of a method's parameters, or undefined where it wrote nothing (esbuild, tsx). */
export function readParameterTypes(target: object, member: MemberKey): readonly unknown[] | undefined {
  const types: unknown = Reflect.getMetadata('design:paramtypes', target, member);
  return Array.isArray(types) ? types : undefined;
}

function memberRecord(target: object, member: MemberKey): MemberRecord {
  const annotated = target as Annotated;
  let members = Object.hasOwn(annotated, MEMBERS) ? annotated[MEMBERS] : undefined;
  if (members === undefined) {
    members = new Map<MemberKey, MemberRecord>();
    Object.defineProperty(annotated, MEMBERS, { value: members });
  }
  let record = members.get(member);
  if (record === undefined) members.set(member, (record = { routes: [], sources: new Map() }));
  return record;
}

function ownMembers(target: object): Iterable<[MemberKey, MemberRecord]> {
  return Object.hasOwn(target, MEMBERS) ? ((target as Annotated)[MEMBERS] ?? []) : [];
}

function prototypes(target: Constructor): object[] {
  const chain: object[] = [];
  for (
    let prototype: unknown = target.prototype;
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    chain.unshift(prototype);
  }
  return chain;
}

function isMethod(target: Constructor, member: MemberKey): boolean {
  const { prototype } = target as { prototype: object };
  for (
    let owner: unknown = prototype;
    typeof owner === 'object' && owner !== null;
    owner = Object.getPrototypeOf(owner)
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, member);
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
  }
  return false;
}
