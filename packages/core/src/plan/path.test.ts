import { joinPath, parsePath } from './path.js';

test.each([
  ['', '', '/'],
  ['', '/', '/'],
  ['/', '/', '/'],
  ['/', '/a', '/a'],
  ['/items', '/', '/items'],
  ['/items', '', '/items'],
  ['/items/', '/', '/items'],
  ['/items/', '/:id', '/items/:id'],
  ['/users/:userId', '/items/', '/users/:userId/items/'],
  ['', '*', '*'],
])('joins %j and %j to %j', (prefix, path, joined) => {
  expect(joinPath(prefix, path)).toBe(joined);
});

test.each<[string, string[], string]>([
  ['', [], ''],
  ['/', [], '/'],
  ['/items', [], '/items'],
  ['/:id', ['id'], '/:'],
  ['/a/:one/b/:two', ['one', 'two'], '/a/:/b/:'],
  ['/:from-:to', ['from', 'to'], '/:-:'],
  ['/:name.:ending', ['name', 'ending'], '/:.:'],
  ['/:file(^\\d+).png', ['file'], '/:(^\\d+).png'],
  ['/:a(^(x|y)$)/b', ['a'], '/:(^(x|y)$)/b'],
  ['/:a(^\\)$)', ['a'], '/:(^\\)$)'],
  ['/:a(^\\($)', ['a'], '/:(^\\($)'],
  ['/:hour(^\\d{2})h:minute(^\\d{2})m', ['hour', 'minute'], '/:(^\\d{2})h:(^\\d{2})m'],
  ['/:page?', ['page'], '/:?'],
  ['/a/:page?/', ['page'], '/a/:?/'],
  ['/:a(^(?:x)?$)', ['a'], '/:(^(?:x)?$)'],
  ['*', ['*'], '*'],
  ['/files/*', ['*'], '/files/*'],
  ['/:a/*', ['a', '*'], '/:/*'],
  ['/a::b', [], '/a::b'],
  ['/:::id', ['id'], '/:::'],
  ['/:__proto__/:constructor', ['__proto__', 'constructor'], '/:/:'],
  ['/ä%20b', [], '/ä%20b'],
])('reads %j', (path, parameters, shape) => {
  expect(parsePath(path)).toEqual({ parameters, shape, problem: undefined });
});

test('two paths that differ in the names of parameters only have one shape', () => {
  expect(parsePath('/:a/:b(^\\d+)').shape).toBe(parsePath('/:x/:y(^\\d+)').shape);
  expect(parsePath('/:a(^\\d+)').shape).not.toBe(parsePath('/:a(^x+)').shape);
  expect(parsePath('/:a').shape).not.toBe(parsePath('/::').shape);
});

test.each([
  ['items', 'it does not begin with /'],
  [':id', 'it does not begin with /'],
  ['*/a', 'it does not begin with /'],
  ['/a b', 'it holds a space or a #'],
  ['/a\n', 'it holds a space or a #'],
  ['/a#b', 'it holds a space or a #'],
  ['/:', 'a parameter has no name'],
  ['/:/a', 'a parameter has no name'],
  ['/:(^\\d+)', 'a parameter has no name'],
  ['/:-:b', 'a parameter has no name'],
  ['/:id/:id', 'the parameter :id is there twice'],
  ['/:id(^a)b:id', 'the parameter :id is there twice'],
  ['/:id(^\\d+', 'a ( is not closed'],
  ['/:id((a)', 'a ( is not closed'],
  ['/:id(a\\)', 'a ( is not closed'],
  ['/*/a', 'a * can only be the end of a path'],
  ['/*a', 'a * can only be the end of a path'],
  ['/**', 'a * can only be the end of a path'],
  ['/:a?/b', 'a ? can only end a parameter that is the whole last segment'],
  ['/a:b?', 'a ? can only end a parameter that is the whole last segment'],
  ['/:a(^\\d+)?', 'a ? can only end a parameter that is the whole last segment'],
  ['/a?b=c', 'a ? can only end a parameter that is the whole last segment'],
])('refuses %j: %s', (path, problem) => {
  expect(parsePath(path).problem).toBe(problem);
});

test('ends with any text', () => {
  for (const path of ['/:a(', '/:a((((', '/::', '/:::', '/:a(\\', ':', '::', '(', '/:a()']) {
    expect(typeof parsePath(path).shape).toBe('string');
  }
});
