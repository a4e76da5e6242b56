import { readHandlers } from '../metadata/metadata-store.js';
import type { RouteOptions } from '../metadata/route-options.js';
import { HTTP_METHODS } from '../metadata/types.js';
import { Delete, Get, Head, Options, Patch, Post, Put } from './routes.js';

const decorators = { Get, Post, Put, Patch, Delete, Head, Options };

function routesOf(decorate: (target: object, member: string) => void) {
  class Example {
    method() {}
  }
  decorate(Example.prototype, 'method');
  return readHandlers(Example).flatMap(({ routes }) => routes);
}

test('there is one for each HTTP method', () => {
  const methods = Object.values(decorators).map((decorator) => routesOf(decorator())[0]?.method);
  expect(methods).toEqual(HTTP_METHODS);
});

test.each(Object.entries(decorators))('@%s writes its method, path and options', (name, decorator) => {
  expect(routesOf(decorator('/a/:id', { statusCode: 201 }))).toEqual([
    { method: name.toUpperCase(), path: '/a/:id', options: { statusCode: 201 } },
  ]);
  expect(routesOf(decorator())).toEqual([{ method: name.toUpperCase(), path: '/', options: {} }]);
});

test('keeps the options as they were when the method was decorated', () => {
  const options: RouteOptions = { statusCode: 201 };
  const [route] = routesOf(Get('/', options));
  options.statusCode = 500;
  expect(route?.options).toEqual({ statusCode: 201 });
});
