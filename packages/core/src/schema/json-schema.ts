/** A JSON Schema of the dialect of OpenAPI 3.1 (draft 2020-12), as data. */
export type JsonSchema = Readonly<Record<string, unknown>>;
