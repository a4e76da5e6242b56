import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { FastifyInstance } from 'fastify';

import { createApp } from '../src/create-app.js';
import { makeFolder, removeFolder } from './support/start-demo.js';

interface Row {
  readonly method: string;
  readonly route: string;
  readonly command: string;
}

/** The routes of a server, `GET /items/:id`; without those for HEAD, which Fastify derives. */
function listRoutes(app: FastifyInstance): string[] {
  const parents: string[] = [];
  // The tree as it is stored, with parts of words as branches: the other form, by whole segments, loses what is before a `*`.
  return [...app.printRoutes().matchAll(/^([│ ]*)[├└]── (\S+)(?: \((.*)\))?$/gm)].flatMap(
    ([, indent = '', part = '', methods]) => {
      // Four characters for each level of the tree.
      const depth = indent.length / 4;
      parents.splice(depth, Infinity, part);
      if (methods === undefined) return [];
      return methods
        .split(', ')
        .filter((method) => method !== 'HEAD')
        .map((method) => `${method} ${parents.join('')}`);
    },
  );
}

describe('the table of routes in the README', () => {
  let folder: string;
  let app: FastifyInstance;
  let rows: Row[];

  beforeAll(async () => {
    folder = await makeFolder();
    app = await createApp({ dataFolder: folder });
    await app.ready();
    const text = await readFile(path.join(__dirname, '..', 'README.md'), 'utf8');
    rows = [...text.matchAll(/^\| `([A-Z]+) (\S+)` +\|.*\| `(curl [^|]*)` +\|$/gm)].map(
      ([, method = '', route = '', command = '']) => ({ method, route, command }),
    );
  });

  afterAll(async () => {
    await app.close();
    await removeFolder(folder);
  });

  it('has every route and no other', () => {
    // What the page of the document asks for is its own.
    const routes = listRoutes(app).filter((route) => !route.startsWith('GET /api/docs/'));
    expect(rows.map(({ method, route }) => `${method} ${route}`).sort()).toEqual(routes.sort());
  });

  it('has a command for each that asks for it', () => {
    for (const { method, route, command } of rows) {
      const address = /http:\/\/localhost:3000[^' ]*/.exec(command)?.[0] ?? '';
      const asked = /-X (\w+)/.exec(command)?.[1] ?? (command.includes(' -d ') ? 'POST' : 'GET');
      expect([command, asked]).toEqual([command, method]);
      expect(new URL(address).pathname).toMatch(
        new RegExp(`^${route.replaceAll(/:\w+/g, '[^/]+').replace('*', '.+')}$`),
      );
    }
  });
});
