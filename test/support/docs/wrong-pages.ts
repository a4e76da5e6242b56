import { faultyController, imports, server } from './right-pages.js';

/** A page with mistakes, and what is said of each: the line, and how the message begins. */
export type WrongPage = readonly [text: string, ...problems: (readonly [line: number, message: string])[]];

const consoleBlock = (...lines: string[]): string => ['~~~console', ...lines, '~~~', ''].join('\n');

/** Number of a line, counted from the end of the server's block. */
const after = (line: number): number => server.split('\n').length - 1 + line;

/** Pages with mistakes, as they are written. */
const wronglyWritten: Readonly<Record<string, WrongPage>> = {
  'a block without a kind': ['~~~\na\n~~~', [1, 'write what it is behind the fence, one of: ts, ']],
  'a block of an unknown kind': ['~~~bash\na\n~~~', [1, 'write what it is behind the fence, one of: ts, ']],
  'a slip in a kind': ['~~~ts norun\na\n~~~', [1, 'write what it is behind the fence, one of: ts, ']],
  'a block that is not closed': ['a\n~~~text', [2, 'a block of code is not closed']],
  'a block in a quote': ['> ~~~text', [1, 'a block of code inside a quote is not checked']],
  'a module that is not run for no reason': ['~~~ts no-run\n~~~', [2, 'ts no-run needs its reason']],
  'a module whose reason is that of another one': [
    '<!-- why -->\n~~~ts no-run\n~~~\n~~~ts no-run\n~~~',
    [5, 'ts no-run needs its reason'],
  ],
  'a fault without its message': [
    `~~~ts fails\n${faultyController}\n~~~`,
    [2, 'ts fails is followed by a text block'],
  ],
  'part of a file that is not named, is not there, or does not have it': [
    '~~~js\na\n~~~\n<!-- none.js -->\n~~~js\na\n~~~\n<!-- package.json -->\n~~~ts excerpt\n  not in it\n~~~',
    [2, 'part of a file needs its name'],
    [6, 'part of a file needs its name'],
    [10, 'this is not in package.json'],
  ],
  'YAML that is none': ['~~~yaml\na: [1\n~~~', [2, 'this is not YAML: ']],
  'JSON that is none': ['~~~json\n{ a: 1 }\n~~~', [2, 'this is not JSON: ']],
  'scripts that are not there': [
    '~~~sh\nnpm run none\nnpm test && npm stop\nnpm run -s none\n~~~',
    [2, 'package.json has no script none'],
    [3, 'package.json has no script stop'],
    [4, 'package.json has no script none'],
  ],
  'links that lead nowhere': [
    '# One\n[a](none.md), [b](#two)\n![c](../none.png)\n[d]: none.md\n<img src="none.png">\n[e](../docs-sample.md#x)',
    [2, 'link none.md: there is no docs/none.md'],
    [2, 'link #two: docs/sample.md has no heading #two'],
    [3, 'link ../none.png: there is no none.png'],
    [4, 'link none.md: there is no docs/none.md'],
    [5, 'link none.png: there is no docs/none.png'],
    [6, 'link ../docs-sample.md#x: there is no docs-sample.md'],
  ],
  'links to a heading of another page, and out of the repository': [
    '[a](../packages/core/README.md#none) [b](../../none.md)',
    [1, 'link ../packages/core/README.md#none: packages/core/README.md has no heading #none'],
    [1, 'link ../../none.md: it leads out of the repository'],
  ],
  'a console block without a prompt': [
    consoleBlock('curl http://127.0.0.1:3000/'),
    [2, 'a console block begins with a command'],
  ],
  'commands that cannot be run': [
    consoleBlock(
      '$ npm test',
      '$ curl http://127.0.0.1:3000/ | head',
      '$ curl http://127.0.0.1:3000/?a=1',
      '$ curl http://127.0.0.1:8080/',
      '$ curl "http://127.0.0.1:3000/$HOME"',
    ),
    [2, 'only curl is run'],
    [3, 'one command without pipes'],
    [4, 'quote what a shell would read itself'],
    [5, 'the address is 127.0.0.1:3000 or localhost:3000'],
    [6, 'in double quotes'],
  ],
};

/** Pages whose code does not do what they say. */
const wronglyRunning: Readonly<Record<string, WrongPage>> = {
  'a fault of types': ['a\n~~~ts\nexport const a = 1;\nexport const b: string = a;\n~~~', [4, 'TS2322: ']],
  'a fault of types in a module that is not run': [
    '<!-- why -->\n~~~ts no-run\nnone();\n~~~',
    [3, 'TS2304: '],
  ],
  'an import that is not there': [
    "~~~ts\nimport 'none';\nimport { None } from '@sluice/core';\nvoid None;\n~~~",
    [2, 'TS'],
    [3, 'TS2305: '],
  ],
  'a module that throws': ["~~~ts\nthrow new Error('thrown');\n~~~", [2, 'running it failed: thrown']],
  'a controller that cannot be registered': [
    `~~~ts\n${faultyController}\n~~~`,
    [2, 'running it failed: PATH_INVALID'],
  ],
  'a server that cannot start': [
    `~~~ts\n${faultyController}\nexport const app = Fastify();\napp.register(sluice, { controllers: [FaultyController] });\n~~~`,
    [2, 'running it failed: PATH_INVALID'],
  ],
  'a promise of a server that is broken': [
    "~~~ts\nexport const app = Promise.reject(new Error('broken'));\n~~~",
    [2, 'running it failed: broken'],
  ],
  'an app that is no server': [
    '~~~ts\nexport const app = { listen() {} };\n~~~',
    [2, 'running it failed: its `app` is not a Fastify server'],
  ],
  'a server that does not listen': [
    `~~~ts\n${imports}\nexport const app = Fastify();\n~~~`,
    [2, 'running it failed: its `app` does not listen at process.env.PORT'],
  ],
  'a server that listens elsewhere': [
    `~~~ts\n${imports}\nexport const app = Fastify();\napp.listen({ port: 0 });\n~~~`,
    [2, 'running it failed: its `app` does not listen at process.env.PORT'],
  ],
  'a server that cannot be closed': [
    `~~~ts\n${imports}\nFastify().listen({ port: 0 });\n~~~`,
    [2, 'a block that listens is closed by its `export const app`'],
  ],
  'a fault that does not happen': [
    '~~~ts fails\nexport const a = 1;\n~~~\n~~~text\n…\n~~~',
    [2, 'it is marked as failing, but does not fail'],
  ],
  'another fault than is said': [
    `~~~ts fails\n${faultyController}\n~~~\n~~~text\nNO_ROUTES: …\n~~~`,
    [
      faultyController.split('\n').length + 4,
      "its message: it is not as written, from 'NO_ROUTES: …' on; it is\n      PATH_INVALID",
    ],
  ],
  'a command without a server': [
    consoleBlock('$ curl http://127.0.0.1:3000/', '…'),
    [2, 'no server runs here'],
  ],
  'a command without a server, after one that failed': [
    `${server}~~~ts\nexport const app = 1;\n~~~\n${consoleBlock('$ curl http://127.0.0.1:3000/', '…')}`,
    [after(2), 'running it failed: its `app` is not a Fastify server'],
    [after(5), 'no server runs here'],
  ],
  'another output than is said': [
    server +
      consoleBlock(
        '$ curl http://127.0.0.1:3000/',
        '{"ok":false}',
        '$ curl -i http://127.0.0.1:3000/',
        'HTTP/1.1 200 OK',
        'x-none: 1',
      ),
    [
      after(2),
      'curl http://127.0.0.1:3000/: it is not as written, from \'{"ok":false}\' on; it is\n      {"ok":true}',
    ],
    [
      after(4),
      "curl -i http://127.0.0.1:3000/: it is not as written, from 'x-none: 1' on; it is\n      HTTP/1.1 200 OK",
    ],
  ],
  'a stream that ends before the reader does': [
    server + consoleBlock('$ curl http://127.0.0.1:3000/', '{"ok":true}', 'more', '^C'),
    [after(2), 'curl http://127.0.0.1:3000/: it is not as written'],
  ],
};

export const wrongPages: Readonly<Record<string, WrongPage>> = { ...wronglyWritten, ...wronglyRunning };
