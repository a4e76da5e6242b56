// Nothing of an embedded queue that was closed holds up its process, in whatever state it was.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ClosingProcess } from '../../../test/support/closing-process.js';

describe('a process ends by itself after its queue was closed', () => {
  let folder: string;
  let child: ClosingProcess;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'sluice-close-'));
  });

  afterEach(() => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['before ready', 'waiting', 'running', 'enqueuing'])('%s', async (state) => {
    child = await ClosingProcess.start(path.join(__dirname, 'support/close-program.ts'), state, folder);
    expect(await child.close()).toBe('');
  });
});
