/**
 * What a spreadsheet takes for the beginning of a formula: `=`, `+`, `-` and `@`, also in full width, and the white
 * space that some of them skip before those (OWASP, CSV Injection).
 */
const FORMULA_START = /^[=+\-@＝＋－＠\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** One row of CSV (RFC 4180) with its line end. */
export function toCsvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(toCell).join(',')}\r\n`;
}

function toCell(value: string | number): string {
  // A number is never a formula, though it may begin with a minus.
  if (typeof value === 'number') return String(value);
  // The apostrophe makes a spreadsheet show the text instead of running it.
  const text = FORMULA_START.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
