/** Where text stops being JSON, in UTF-16 units, and what could have been there. */
export interface JsonFault {
  readonly at: number;
  readonly expected: string;
}

type State = 'value' | 'item or end' | 'name' | 'name or end' | 'colon' | 'next';

const EXPECTED: Readonly<Record<Exclude<State, 'next'>, string>> = {
  value: 'a value',
  'item or end': "a value or ']'",
  name: 'a name in double quotes',
  'name or end': "a name in double quotes or '}'",
  colon: "':'",
};

/**
 * Finds the first place where text is no JSON (RFC 8259), undefined where it is JSON. JSON.parse says it in its message alone,
 * in words of the engine, and not of every fault.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  // A mark of the encoding is no part of the text.
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    at = skip(SPACE, text, at);
    const char = text.charAt(at);
    const inner = open.at(-1);
    if (state === 'next') {
      if (inner === undefined) return char === '' ? undefined : { at, expected: 'the end' };
      const end = inner === '{' ? '}' : ']';
      if (char !== ',' && char !== end) return { at, expected: `',' or '${end}'` };
      if (char === end) open.pop();
      else state = inner === '{' ? 'name' : 'value';
      at += 1;
    } else if (state === 'colon') {
      if (char !== ':') return { at, expected: EXPECTED.colon };
      state = 'value';
      at += 1;
    } else if ((char === ']' && state === 'item or end') || (char === '}' && state === 'name or end')) {
      open.pop();
      state = 'next';
      at += 1;
    } else if (char === '"') {
      const end = endOfString(text, at + 1);
      if (typeof end !== 'number') return end;
      state = state.startsWith('name') ? 'colon' : 'next';
      at = end;
    } else if (state.startsWith('name')) {
      return { at, expected: EXPECTED[state] };
    } else if (char === '{' || char === '[') {
      open.push(char);
      state = char === '{' ? 'name or end' : 'item or end';
      at += 1;
    } else {
      const end = skip(SCALAR, text, at);
      if (end === at) return { at, expected: EXPECTED[state] };
      state = 'next';
      at = end;
    }
  }
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** Gives the index after what a sticky expression finds at an index, or the index itself. */
function skip(expression: RegExp, text: string, at: number): number {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : at;
}

/** Gives the index after the quote that ends a string. By a loop: a long string is too much for a regular expression. */
function endOfString(text: string, from: number): number | JsonFault {
  let at = from;
  for (;;) {
    const char = text.charAt(at);
    if (char === '"') return at + 1;
    if (char === '\\') {
      const end = skip(ESCAPE, text, at);
      if (end === at) return { at, expected: 'an escape of JSON' };
      at = end;
    } else if (char === '') return { at, expected: "'\"'" };
    else if (char < ' ') return { at, expected: 'text without control characters' };
    else at += 1;
  }
}
