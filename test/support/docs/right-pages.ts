/** The parts that sample pages are made of; `~~~` opens a block of code as well as backticks do. */
export const imports = `import { once } from 'node:events';
import { Controller, EventSourceResponse, Get } from '@sluice/core';
import { sluice } from '@sluice/fastify-adapter';
import Fastify from 'fastify';`;

const controller = `@Controller('/')
class SampleController {
  @Get('/') read() {
    return { ok: true };
  }
  @Get('/endless', { responseClass: EventSourceResponse }) async *endless(signal: AbortSignal) {
    yield 1;
    await once(signal, 'abort');
  }
}`;

/** A server that listens at PORT; 15 lines with its fences. */
export const server = `~~~ts
${imports}
${controller}
export const app = Fastify({ logger: true });
app.register(sluice, { controllers: [SampleController] });
app.listen({ port: Number(process.env.PORT ?? 3000) });
~~~
`;

/** A controller that cannot be registered. */
export const faultyController = `${imports}
@Controller('/')
export class FaultyController {
  @Get('x') read() {}
}`;

/** Pages that are as they should be. */
export const rightPages: Readonly<Record<string, string>> = {
  'a page without code': `
# First *part*
[here](#first-part), [a reference], [![image](../.prettierrc.json)](https://example.com/none), \`[none](none.md)\`
<!-- [none](none.md) -->
[a reference]: ../package.json`,

  'blocks that are only looked at': `
~~~text
$ any
~~~
~~~html
<p>
~~~
~~~mermaid
flowchart
~~~
~~~json
{ "a": 1 }
~~~
~~~python
def a(): ...
~~~
<!-- jest.config.ts -->
~~~ts excerpt
],
moduleNameMapper,
~~~`,

  'commands of npm and scripts': `
~~~sh
npm test -- a # npm run build
npm ci && npm run -s lint
npm install x
~~~`,

  'a module that is not run': `
<!-- it would end the process -->

~~~ts no-run
process.exit(1);
~~~`,

  'modules with names in common, one in a list': `
~~~ts
const name = 1;
void name;
~~~
- item

  ~~~ts
  const name = '2';
  void name;
  ~~~`,

  'faults that are meant, of types and at registration': `
~~~ts fails
export const count: number = '1';
~~~
~~~text
TS2322: Type 'string' is not assignable to type 'number'.
~~~
~~~ts fails
${faultyController}
~~~
~~~text
PATH_INVALID: FaultyController.read (GET x) → the path x: it does not begin with / → …
~~~`,

  'a server that is there, and a promise of one': `
${server}
~~~console
$ curl http://127.0.0.1:3000/
{"ok":true}
$ curl -i -d 'a=1' \\
    localhost:3000/
HTTP/1.1 404 Not Found
~~~
~~~ts
import Fastify from 'fastify';
async function main() {
  const app = Fastify();
  app.get('/host', (request) => request.headers.host);
  await app.listen({ port: Number(process.env.PORT ?? 3000) });
  return app;
}
export const app = main();
~~~
~~~console
$ curl http://127.0.0.1:3000/host
127.0.0.1:3000
~~~`,

  'a stream that the reader ends, or that breaks off': `
${server}
~~~console
$ curl -N http://127.0.0.1:3000/endless
data: 1

^C
$ curl --max-time 0.3 http://127.0.0.1:3000/endless
data: 1
…
curl: (28) …
~~~`,

  'files that are there': `
~~~ts
import { readFileSync } from 'node:fs';
readFileSync('reports/summary.pdf');
~~~`,

  'the demo': `
~~~sh
npm start
~~~
~~~console
$ curl 'http://localhost:3000/api/basics/text?name=Ada'
…Ada…
~~~`,
};
