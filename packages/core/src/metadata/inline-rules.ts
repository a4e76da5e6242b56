/** Rules of one value, said at its source: `@Query('limit', { default: 20, min: 1, max: 100 })`. */
export interface InlineRules {
  /** The least that a number or a date may be. Default: no limit, as for all rules. */
  min?: number | bigint | Date;
  /** The most that a number or a date may be. */
  max?: number | bigint | Date;
  /** What a number or a date must be above. */
  exclusiveMin?: number | bigint | Date;
  /** What a number or a date must be below. */
  exclusiveMax?: number | bigint | Date;
  /** What a number must be a multiple of; above 0. */
  multipleOf?: number | bigint;
  /** Fewest characters of a text: Unicode code points. */
  minLength?: number;
  /** Most characters of a text: Unicode code points. */
  maxLength?: number;
  /** What a text must match, anywhere: write `^` and `$` for all of it. */
  pattern?: RegExp | string;
  /** Fewest items of a list. The rules above are about each of its items. */
  minItems?: number;
  /** Most items of a list. */
  maxItems?: number;
}

export const RULE_NAMES = [
  'min',
  'max',
  'exclusiveMin',
  'exclusiveMax',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
] as const satisfies readonly (keyof InlineRules)[];

/** The rules among the options of a source, or undefined where there is none. */
export function pickRules(options: InlineRules): InlineRules | undefined {
  const said = RULE_NAMES.filter((name) => options[name] !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said.map((name) => [name, options[name]]));
}
