// Both are told by their tag, which costs least: they are asked about for each task and each dependency.

/** Whether a value is a function that gives a generator. What older compile targets make of one is a plain function. */
export function isGeneratorFunction(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  const { [Symbol.toStringTag]: kind } = value as { readonly [Symbol.toStringTag]?: unknown };
  return kind === 'GeneratorFunction' || kind === 'AsyncGeneratorFunction';
}

/** Whether a value is what a generator function gives. */
export function isGenerator(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { [Symbol.toStringTag]: kind } = value as { readonly [Symbol.toStringTag]?: unknown };
  return kind === 'Generator' || kind === 'AsyncGenerator';
}
