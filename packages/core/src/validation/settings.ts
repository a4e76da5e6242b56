/** What is done with fields of a request that its model does not name. */
export type Extra = 'ignore' | 'forbid';

/** Limits and rules of validation, for all routes of a registration. */
export interface ValidationOptions {
  /** What is done with fields that a model does not name: `ignore` drops them, `forbid` refuses them. Default `ignore`. */
  extra?: Extra;
  /** How deep models, lists and objects may lie in each other. Default 32. */
  maxDepth?: number;
  /** How many items a list may have. Default 10,000. */
  maxItems?: number;
  /** How many faults one response tells. Default 100. */
  maxErrors?: number;
}

/** How one source of a route is validated. */
export interface ValidationSettings extends Readonly<Required<ValidationOptions>> {
  /** Groups of class-validator and class-transformer. */
  readonly groups: readonly string[] | undefined;
}

export const DEFAULT_SETTINGS: ValidationSettings = Object.freeze({
  extra: 'ignore',
  maxDepth: 32,
  maxItems: 10_000,
  maxErrors: 100,
  groups: undefined,
});
