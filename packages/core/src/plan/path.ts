/** A route's path in Fastify's syntax (find-my-way), taken apart. */
export interface ParsedPath {
  readonly parameters: readonly string[];
  /** The path with every parameter name replaced: two routes of one method with one shape are alike. */
  readonly shape: string;
  readonly problem: string | undefined;
}

/** Joins a controller's prefix and a route's path; `/` below a prefix is the prefix itself. */
export function joinPath(prefix: string, path: string): string {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === '/' || path === '' ? base || '/' : base + path;
}

/** Reads names and shape of a path: `/:id`, `/:from-:to`, `/:file(^\\d+).png`, `/:page?`, `*`; `::` is a colon. */
export function parsePath(path: string): ParsedPath {
  const parameters: string[] = [];
  let shape = '';
  let problem: string | undefined;
  for (let at = 0; at < path.length;) {
    if (path.startsWith('::', at)) {
      shape += '::';
      at += 2;
    } else if (path[at] === ':') {
      const [token = '', name = ''] = /^:([^/().?-]*)/.exec(path.slice(at)) ?? [];
      at += token.length;
      const pattern = path[at] === '(' ? readGroup(path, at) : '';
      if (pattern === undefined) problem = 'a ( is not closed';
      else if (pattern !== '' && !isPattern(pattern)) problem = `${pattern} is not a regular expression`;
      at += (pattern ?? path.slice(at)).length;
      if (name === '') problem = 'a parameter has no name';
      else if (parameters.includes(name)) problem = `the parameter :${name} is there twice`;
      else parameters.push(name);
      shape += `:${pattern ?? ''}`;
    } else if (path[at] === '*') {
      parameters.push('*');
      if (at !== path.length - 1) problem = 'a * can only be the end of a path';
      shape += '*';
      at += 1;
    } else {
      if (path[at] === '?' && !OPTIONAL_SEGMENT.test(path.slice(path.lastIndexOf('/', at)))) {
        problem = 'a ? can only end a parameter that is the whole last segment';
      }
      shape += path[at] ?? '';
      at += 1;
    }
  }
  if (path !== '' && !path.startsWith('/') && path !== '*') problem = 'it does not begin with /';
  else if (/[\s#]/.test(path)) problem = 'it holds a space or a #';
  return { parameters, shape, problem };
}

// What find-my-way takes as optional; elsewhere it reads the ? as part of a name or of the text.
const OPTIONAL_SEGMENT = /^\/:[^/()]+\?\/?$/;

function isPattern(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}

/** The parenthesis that opens at a position, to its end. */
function readGroup(path: string, from: number): string | undefined {
  let depth = 0;
  for (let at = from; at < path.length; at += 1) {
    if (path[at] === '\\') at += 1;
    else if (path[at] === '(') depth += 1;
    else if (path[at] === ')' && --depth === 0) return path.slice(from, at + 1);
  }
  return undefined;
}
