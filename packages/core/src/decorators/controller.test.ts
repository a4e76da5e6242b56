import { readController } from '../metadata/metadata-store.js';
import type { ControllerOptions } from '../metadata/route-options.js';
import { HTMLResponse } from '../responses/html-response.js';
import { Controller } from './controller.js';

test('has an empty prefix and no options where nothing is said', () => {
  @Controller()
  class Plain {}
  expect(readController(Plain)).toEqual({ prefix: '', options: {} });
});

test('keeps the options as they were when the class was decorated', () => {
  const options: ControllerOptions = { responseClass: HTMLResponse };
  @Controller('/pages', options)
  class Pages {}
  delete options.responseClass;
  expect(readController(Pages)).toEqual({ prefix: '/pages', options: { responseClass: HTMLResponse } });
});

test('the outer one of two wins', () => {
  @Controller('/outer')
  @Controller('/inner')
  class Twice {}
  expect(readController(Twice)?.prefix).toBe('/outer');
});
