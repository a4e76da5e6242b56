import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { makeFile } from './make-file.js';

describe('makeFile', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-demo-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('writes the chunks, and tells their SHA-256', async () => {
    const file = path.join(folder, 'new', 'abc.txt');
    // The digest of `abc` in FIPS 180-2, appendix B.1.
    const sha256 = Buffer.from(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      'hex',
    ).toString('base64');
    expect(await makeFile(file, ['a', Buffer.from('bc')])).toEqual({ path: file, sha256 });
    expect(await readFile(file, 'utf8')).toBe('abc');
    expect(await readdir(path.dirname(file))).toEqual(['abc.txt']);
  });

  it('leaves nothing when the chunks end with an error', async () => {
    const chunks = async function* (): AsyncGenerator<string> {
      yield 'half';
      throw new Error('no more');
    };
    await expect(makeFile(path.join(folder, 'a.txt'), chunks())).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual([]);
  });
});
