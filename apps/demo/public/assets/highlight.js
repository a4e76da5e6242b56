// Enough for the sources of this service and for JSON. A library would know a hundred languages, and ask for a build.
const KEYWORDS =
  'as async await break class const constructor continue default else enum export extends false finally for from ' +
  'function if implements import in instanceof interface let new null of private protected public readonly return ' +
  'satisfies static super switch this throw true try type typeof undefined void while yield';

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/.*|\/\*[^]*?\*\/)`,
    // Before all else but comments: what looks like a word in there is none.
    String.raw`(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|${'`'}(?:\\.|[^${'`'}\\])*${'`'})`,
    String.raw`(?<decorator>@\w+)`,
    String.raw`(?<keyword>\b(?:${KEYWORDS.replaceAll(' ', '|')})\b)`,
    String.raw`(?<number>\b\d[\d_.]*\b)`,
    String.raw`(?<type>\b[A-Z]\w*)`,
  ].join('|'),
  'g',
);

/** Code as lines, each an element of its own, so that the rest of a long one can be set in. */
export function highlightLines(code) {
  const lines = [createLine()];
  for (const node of highlight(code)) {
    const [className, text] = typeof node === 'string' ? ['', node] : [node.className, node.textContent];
    for (const [index, part] of text.split('\n').entries()) {
      if (index > 0) lines.push(createLine());
      const piece = document.createElement('span');
      piece.className = className;
      piece.textContent = part;
      if (part !== '') lines.at(-1).append(piece);
    }
  }
  for (const line of lines) {
    line.style.setProperty('--indent', String(/^ */.exec(line.textContent)[0].length));
  }
  return lines;
}

function createLine() {
  const line = document.createElement('span');
  line.className = 'line';
  return line;
}

/** Code as nodes: text, and a `span` of class `token` for what has a colour. */
export function highlight(code) {
  const nodes = [];
  let end = 0;
  for (const { 0: text, index, groups } of code.matchAll(TOKEN)) {
    const [kind] = Object.entries(groups).find(([, found]) => found !== undefined);
    const span = document.createElement('span');
    span.className = `token ${kind}`;
    span.textContent = text;
    nodes.push(code.slice(end, index), span);
    end = index + text.length;
  }
  nodes.push(code.slice(end));
  return nodes;
}
