// docs/stored-tasks.md and the catalogue of codes say the same.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { TASK_QUEUE_CODES } from '@sluice/tasks/internal';

test('the page has a row for each code, with its meaning, and no other', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/stored-tasks.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)`\s*\| (.+?)\s*\|$/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ]);
  expect(rows).toEqual(Object.entries(TASK_QUEUE_CODES));
});
