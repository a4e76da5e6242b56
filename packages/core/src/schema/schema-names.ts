/** The names of the schemas of one server: one for each shape, whichever registration of the plugin asks. */
export class SchemaNames {
  readonly #byShape = new Map<string, string>();
  readonly #taken = new Set<string>();

  /**
   * The name of a shape: the one that it has, else the first of `wanted` that is free, else a numbered one.
   *
   * @param shape Text that is equal for what may be one schema.
   */
  nameOf(shape: string, wanted: readonly [string, ...string[]]): string {
    const known = this.#byShape.get(shape);
    if (known !== undefined) return known;
    const candidates = wanted.map(toComponentName);
    let name = candidates.find((candidate) => !this.#taken.has(candidate));
    for (let number = 2; name === undefined; number += 1) {
      const numbered = `${String(candidates[0])}${String(number)}`;
      if (!this.#taken.has(numbered)) name = numbered;
    }
    this.#taken.add(name);
    this.#byShape.set(shape, name);
    return name;
  }
}

/** OpenAPI 3.1 section 4.8.7: the name of a component is made of letters, digits, dots, hyphens and underscores. */
function toComponentName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_');
}
