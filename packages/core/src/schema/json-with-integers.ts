import { randomUUID } from 'node:crypto';

/** JSON.stringify, which has no word for integers that no double holds: they are their digits. `undefined` is null. */
export function toJsonWithIntegers(value: unknown): string {
  try {
    return toText(value);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  // Told from text of the same form by what nobody knows before.
  const mark = randomUUID();
  const text = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? mark + String(each) : each,
  );
  return text.replace(new RegExp(`"${mark}(-?\\d+)"`, 'g'), '$1');
}

/** The type of JSON.stringify says string, but undefined gives undefined. */
function toText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text ?? 'null';
}
