import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { buildImage, readDockerfile } from './dockerfile.js';

const TEXT = `FROM node AS build
WORKDIR /app
COPY a.txt b.txt ./
RUN cat a.txt b.txt > both.txt
RUN replaced
COPY . .

FROM node
ENV A=1 B=two
WORKDIR /app
COPY --from=build /app ./
USER node
# a comment
CMD ["node", "main.js"]
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dockerfile-'));
  mkdirSync(path.join(folder, 'context', 'src'), { recursive: true });
  for (const name of ['a.txt', 'b.txt', 'src/c.txt']) writeFileSync(path.join(folder, 'context', name), name);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const build = (text: string) => {
  const replaced: string[] = [];
  const image = buildImage(readDockerfile(text), {
    context: path.join(folder, 'context'),
    target: path.join(folder, 'image'),
    instead: async (command, at) => command === 'replaced' && replaced.push(at) > 0,
  });
  return { image, replaced };
};

it('carries out each stage in a folder of its own, and gives what the last one starts with', async () => {
  const { image, replaced } = build(TEXT);
  const { folder: at, environment, command } = await image;
  expect([environment, command]).toEqual([{ A: '1', B: 'two' }, ['node', 'main.js']]);
  expect(readFileSync(path.join(at, 'both.txt'), 'utf8')).toBe('a.txtb.txt');
  expect(existsSync(path.join(at, 'src', 'c.txt'))).toBe(true);
  expect(replaced).toHaveLength(1);
  expect(replaced[0]).not.toBe(at);
});

it.each([
  ['COPY none.txt ./', 'ENOENT'],
  ['RUN false', 'sh -ec false: 1'],
  ['ADD a.txt ./', 'a Dockerfile with ADD is not carried out here'],
])('fails at %s', async (line, message) => {
  await expect(build(`FROM node\nWORKDIR /app\n${line}\n`).image).rejects.toThrow(message);
});
