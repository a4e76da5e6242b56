/**
 * One method, function, class or constant of a source, with the decorators and the comment above it, and without the
 * indentation of all of it; undefined where the source has none of that name. It is found by how the source is laid out,
 * which is Prettier's doing.
 */
export function cutMember(source, name) {
  const lines = source.split('\n');
  const declaration = new RegExp(
    `^(?: {2})?(?:(?:export|async|const|function|class)\\b ?|\\* ?)*${name}(?: = | ?[({<]| extends )`,
  );
  const at = lines.findIndex((line) => declaration.test(line));
  if (at === -1) return undefined;

  const indent = /^ */.exec(lines[at])[0];
  let begin = at;
  while (begin > 0 && belongsToNext(lines[begin - 1], indent)) begin -= 1;
  let end = at;
  while (end < lines.length - 1 && !isLast(lines[end], indent)) end += 1;
  return lines
    .slice(begin, end + 1)
    .map((line) => line.slice(indent.length))
    .join('\n');
}

/** A line of decorators or comment. An empty line parts members, and the line that opens the class is indented less. */
function belongsToNext(line, indent) {
  return line !== '' && line.startsWith(indent);
}

/** A closing bracket as far to the left as the declaration, behind which no other one opens, or the end of one line. */
function isLast(line, indent) {
  const rest = line.slice(indent.length);
  if (!line.startsWith(indent) || rest.startsWith(' ')) return false;
  return rest.endsWith(';') || /^[)}\]]+,?$/.test(rest);
}
