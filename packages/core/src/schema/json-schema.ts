/** A JSON Schema of the dialect of OpenAPI 3.1 (draft 2020-12), as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Under this name a union keeps the property that tells its members apart, until the document has their names. */
export const DISCRIMINATOR = 'x-discriminator';
