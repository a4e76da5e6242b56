/** A class, whatever its constructor takes. */
export type Constructor<T = unknown> = new (...args: never[]) => T;

/** A TypeScript enum as it is at run time, or a constant object of the same form. */
export type EnumObject = Readonly<Record<string, string | number>>;

/**
 * A type as it can be said at run time.
 *
 * `String`, `Number` (any finite number), `'integer'`, `Boolean`, `Date`, `BigInt`, `Object` (any JSON object), an enum,
 * a model class, or a list of one of them: `[String]`.
 */
export type TypeSpec =
  | 'integer'
  | StringConstructor
  | NumberConstructor
  | BooleanConstructor
  | DateConstructor
  | BigIntConstructor
  | ObjectConstructor
  | EnumObject
  | Constructor
  | readonly [TypeSpec];

/** HTTP methods that a route can answer. */
export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

/** The name of a type for messages. */
export function typeName(type: unknown): string {
  if (typeof type === 'string') return `'${type}'`;
  if (typeof type === 'function') return type.name === '' ? 'an unnamed class' : type.name;
  if (Array.isArray(type)) return `[${type.map(typeName).join(', ')}]`;
  return typeof type === 'object' && type !== null ? 'an enum' : String(type);
}

/** Whether a value is an enum, or an object of the same form. */
export function isEnumObject(type: unknown): type is EnumObject {
  return (
    typeof type === 'object' &&
    type !== null &&
    !Array.isArray(type) &&
    Object.keys(type).length > 0 &&
    Object.values(type).every((value) => typeof value === 'string' || typeof value === 'number')
  );
}

/** The values of an enum. A numeric enum has its names as values too, under its numbers: those are not values of it. */
export function enumValues(type: EnumObject): (string | number)[] {
  const values = Object.entries(type).filter(
    ([key, value]) =>
      !(typeof value === 'string' && typeof type[value] === 'number' && String(type[value]) === key),
  );
  return [...new Set(values.map(([, value]) => value))];
}
