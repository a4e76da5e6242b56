// A client that is generated from the demo's document compiles, and calls the demo.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import ts from 'typescript';

import { makeFolder, removeFolder, startDemo, type Demo } from './support/start-demo.js';

const CLIENT = `
import createClient from 'openapi-fetch';
import type { components, paths } from './demo.js';

async function main() {
  const client = createClient<paths>({ baseUrl: process.argv[2]! });

  const created = await client.POST('/api/items', { body: { name: 'Tea', price: 3.5 } });
  const item: components['schemas']['ItemOut'] = created.data!;
  // @ts-expect-error -- a price is a number
  const refused = await client.POST('/api/items', { body: { name: 'Tea', price: 'much' } });
  const fault: string = refused.error!.detail[0]!.msg;

  const read = await client.GET('/api/items/{id}', { params: { path: { id: item.id } } });
  const list = await client.GET('/api/items', { params: { query: { limit: 1 } } });
  const names: string[] = list.data!.map(({ name }) => name);
  const removed = await client.DELETE('/api/items/{id}', { params: { path: { id: item.id } } });
  const missing = await client.GET('/api/items/{id}', { params: { path: { id: item.id } } });

  console.log(JSON.stringify({
    created: created.response.status,
    name: read.data!.name,
    names,
    fault,
    refused: refused.response.status,
    removed: removed.response.status,
    missing: missing.response.status,
  }));
}

void main();
`;

/** The generator and a type check take some seconds on a busy machine. */
const TIMEOUT = 120_000;

const folderOfTests = path.join(__dirname, '..');
let demo: Demo;
let dataFolder: string;
let client: string;

beforeAll(async () => {
  dataFolder = await makeFolder();
  demo = await startDemo(dataFolder);
  // Below the demo, so that its packages are found; `dist` is a name that Git and the checks pass over.
  const dist = path.join(folderOfTests, 'dist');
  mkdirSync(dist, { recursive: true });
  client = mkdtempSync(path.join(dist, 'client-'));
});

afterAll(async () => {
  await demo.close();
  await removeFolder(dataFolder);
  await rm(client, { recursive: true, force: true });
});

/** Runs a script in a process of its own, which this one must not wait for: the demo answers from here. */
async function run(file: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], { cwd: folderOfTests });
  return stdout;
}

/** Generates the types of the demo's document, and gives what a strict type check of the client finds. */
async function compileClient(): Promise<string[]> {
  const document = path.join(client, 'openapi.json');
  writeFileSync(document, await (await fetch(`${demo.url}/api/openapi.json`)).text());
  const generator = path.join(path.dirname(require.resolve('openapi-typescript')), '..', 'bin', 'cli.js');
  await run(generator, document, '--output', path.join(client, 'demo.ts'));
  const main = path.join(client, 'main.ts');
  writeFileSync(main, CLIENT);
  const program = ts.createProgram([main], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  });
  program.emit();
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\\n'));
}

test(
  'a client that openapi-typescript generates compiles and calls the demo',
  async () => {
    expect(await compileClient()).toEqual([]);

    expect(JSON.parse(await run(path.join(client, 'main.js'), demo.url))).toEqual({
      created: 201,
      name: 'Tea',
      names: ['Tea'],
      fault: 'Input should be a number, written in decimal digits',
      refused: 422,
      removed: 204,
      missing: 404,
    });
  },
  TIMEOUT,
);
