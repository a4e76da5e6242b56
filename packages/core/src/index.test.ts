import * as core from './index.js';
import { compileController, createAppScope, throwFaults } from './internal.js';
import type { SetupFault } from './errors/setup-error.js';

/** A second copy, as a project has one when two of its packages want different versions. */
function loadCopy(): typeof core {
  let copy: typeof core | undefined;
  jest.isolateModules(() => {
    copy = jest.requireActual<typeof core>('./index.js');
  });
  if (copy === undefined) throw new Error('not loaded');
  return copy;
}

const other = loadCopy();

test('the copies are two', () => {
  expect(other.Response).not.toBe(core.Response);
  expect(new other.Response()).not.toBeInstanceOf(core.Response);
});

test('each copy knows the responses, exceptions and events of the other', () => {
  expect(core.Response.is(new other.HTMLResponse(''))).toBe(true);
  expect(other.Response.is(new core.RedirectResponse('/'))).toBe(true);
  expect(core.HTTPException.is(new other.RequestValidationError([]))).toBe(true);
  expect(core.ServerSentEvent.is(new other.ServerSentEvent({ data: 1 }))).toBe(true);
});

test('an event of one copy goes through a stream of the other as it was encoded', () => {
  const event = new other.ServerSentEvent({ rawData: 'a', event: 'e' });
  const { body } = new core.EventSourceResponse([event]).toParts();
  expect(body.kind === 'chunks' && body.encode(event as never)).toBe('event: e\ndata: a\n\n');
});

test('a subscription of one copy is handed straight to a stream of the other', () => {
  const { body } = new core.EventSourceResponse(new other.Channel().subscribe()).toParts();
  expect(body.kind === 'chunks' && body.events?.feed).toBeTruthy();
});

test('headers and background tasks of one copy are taken by the other', () => {
  const background = new other.BackgroundTasks([new other.BackgroundTask(() => {})]);
  const headers = new other.ResponseHeaders({ etag: '"x"' });
  const response = new core.Response('', { headers, background: background as never });
  expect([...response.headers]).toEqual([['etag', '"x"']]);
  expect(response.background).toBe(background);
});

test('a controller that is decorated by one copy is served by the other', () => {
  const { Controller, Get, HTMLResponse, Query } = other;
  @Controller('/c', { responseClass: HTMLResponse })
  class Foreign {
    @Get('/a')
    read(@Query('q') q: string, response: InstanceType<typeof other.Response>) {
      return [q, response];
    }
  }
  // The type is that of a variable, which the compiler writes as Object.
  Reflect.defineMetadata('design:paramtypes', [String, other.Response], Foreign.prototype, 'read');
  const app = createAppScope({ overrides: new Map(), container: undefined });
  const faults: SetupFault[] = [];
  const options = { responseClass: undefined, mountPath: '', app };
  const [plan] = compileController(Foreign, options, faults);
  throwFaults(faults);
  expect(plan).toMatchObject({ path: '/c/a', responseClass: HTMLResponse, needs: { response: true } });
});
