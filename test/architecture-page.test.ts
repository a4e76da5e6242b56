// What docs/architecture.md and docs/README.md name is there, and no folder of the core is missing in them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '..');
const read = (page: string): string => readFileSync(path.join(root, 'docs', page), 'utf8');

const folders = readdirSync(path.join(root, 'packages/core/src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

test('the floors are those that the linter of imports holds, with every folder of the core', () => {
  const rules = readFileSync(path.join(root, '.dependency-cruiser.cjs'), 'utf8');
  const [, list = ''] = /const floors = \[\n([^]*?)\n\];/.exec(rules) ?? [];
  const held = list
    .split('\n')
    .flatMap((line, floor) => [...line.matchAll(/'(\w+)'/g)].map(([, name = '']) => `${floor} ${name}`));
  const drawn = [...read('architecture.md').matchAll(/^\| (\d+) +\| `(\w+)`/gm)].map(
    ([, floor, name]) => `${floor} ${name}`,
  );
  expect(drawn.sort()).toEqual(held.sort());
  expect(drawn.map((each) => each.slice(2)).sort()).toEqual(folders);
});

test('the index of the guides has every folder of the core, and no other', () => {
  const named = [...read('README.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(folders);
});

test('every file of the adapter that is named is there', () => {
  const rows = [...read('architecture.md').matchAll(/^\| (`[\w-]+(?:\.ts|\/)`(?:, `[\w-]+\.ts`)*) +\|/gm)];
  const files = rows.flatMap(([, names = '']) => names.replaceAll('`', '').split(', '));
  expect(files.length).toBeGreaterThan(15);
  expect(files.filter((file) => !existsSync(path.join(root, 'packages/fastify-adapter/src', file)))).toEqual(
    [],
  );
});
