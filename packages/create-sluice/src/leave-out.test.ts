import { leaveOut } from './leave-out.js';

const CONTROLLERS = `import type { Constructor } from '@sluice/core';

import { BasicsController } from './basics/basics-controller.js';
import {
  ItemsController,
  type Item,
} from './items/items-controller.js';
import { LoadController } from './live/load-controller.js';

export const controllers: readonly Constructor[] = [
  // One a line.
  BasicsController,
  // #region items
  // First, for a reason.
  ItemsController,
  // #endregion
  LoadController,
];
`;

const leave = (text: string, ...kept: string[]): string =>
  leaveOut(text, 'src/controllers.ts', (example) => ['basics', ...kept].includes(example));

it('takes out imports of an example, lines with what they name, and regions', () => {
  expect(leave(CONTROLLERS)).toBe(`import type { Constructor } from '@sluice/core';

import { BasicsController } from './basics/basics-controller.js';

export const controllers: readonly Constructor[] = [
  // One a line.
  BasicsController,
];
`);
});

it('leaves no mark of what is kept', () => {
  expect(leave(CONTROLLERS, 'items', 'live')).toBe(CONTROLLERS.replaceAll(/ *\/\/ #(?:end)?region.*\n/g, ''));
});

it('keeps one example without another', () => {
  const text = leave(CONTROLLERS, 'live');
  expect(text).toContain('LoadController,\n');
  expect(text).not.toContain('Item');
});

it('goes by the folder that an import leads to, not by its words', () => {
  const text = "import { Items } from '../../src/items/items.js';\nimport { items } from './items.js';\n";
  expect(leaveOut(text, 'test/support/x.ts', () => false)).toBe("import { items } from './items.js';\n");
});
