import { readArguments } from './arguments.js';

it('has nothing but what was said', () => {
  expect(readArguments([])).toEqual({
    folder: undefined,
    packageManager: undefined,
    examples: undefined,
    yes: false,
    help: false,
    version: false,
  });
});

it('reads the folder and every flag', () => {
  const args = ['--package-manager', 'pnpm', 'my-service', '--examples=items, live,', '-y'];
  expect(readArguments(args)).toMatchObject({
    folder: 'my-service',
    packageManager: 'pnpm',
    examples: ['items', 'live'],
    yes: true,
  });
});

it.each([
  [['a', 'b'], 'one folder is made, and 2 were given: a, b'],
  [['--package-manager', 'bun'], '--package-manager bun: it is one of npm, pnpm, yarn'],
  [['--package-manager', ''], 'it is one of npm, pnpm, yarn'],
  [['--exmaples', 'all'], "Unknown option '--exmaples'"],
  [['--examples'], 'argument missing'],
  [['--yes=no'], 'does not take an argument'],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
