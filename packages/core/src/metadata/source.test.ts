import { describeSource, toSource, type SourceDescription } from './source.js';

test('a source is its decorator, and carries its description frozen', () => {
  const calls: unknown[] = [];
  const description: SourceDescription = {
    kind: 'query',
    label: "@Query('q')",
    name: 'q',
    type: undefined,
    hasDefault: false,
    default: undefined,
    optional: false,
  };
  const target = {};
  const source = toSource((...args) => calls.push(args), description);
  source(target, 'member', 2);
  expect(calls).toEqual([[target, 'member', 2]]);
  expect(describeSource(source)).toBe(description);
  expect(Object.isFrozen(description)).toBe(true);
});
