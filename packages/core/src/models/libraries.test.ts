// The doors of the package are open, and routes compiled, before anything asks for the libraries.
import '../index.js';
import '../internal.js';
import { compileConverter } from '../validation/compile-converter.js';

const loaded: string[] = [];
jest.mock('class-validator', () => {
  loaded.push('class-validator');
  return jest.requireActual<object>('class-validator');
});
jest.mock('class-transformer', () => {
  loaded.push('class-transformer');
  return jest.requireActual<object>('class-transformer');
});

test('loads class-validator and class-transformer with the first model', () => {
  for (const type of [String, 'integer', Date, Object, [Number], Buffer]) compileConverter(type);
  expect(loaded).toEqual([]);
  compileConverter(class Model {});
  expect(loaded).toContain('class-validator');
});
