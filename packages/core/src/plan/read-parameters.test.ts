import { BackgroundTasks } from '../background/background-tasks.js';
import type { ErrorDetail } from '../errors/request-validation-error.js';
import { Response } from '../responses/response.js';
import { refuse } from '../validation/converter.js';
import { compileReading } from './read-parameters.js';
import type { ParameterReader, RequestContext, RequestInput } from './route-plan.js';

const request: RequestInput = { params: {}, query: {}, headers: {}, body: undefined };
const context: RequestContext = {
  response: new Response(),
  tasks: new BackgroundTasks(),
  signal: new AbortController().signal,
};
const refusing =
  (name: string, type = 'missing'): ParameterReader =>
  (_request, _context, faults) =>
    refuse(faults, type, ['body', name], 'Field required', null);
const later =
  (read: ParameterReader): ParameterReader =>
  (...given) =>
    Promise.resolve().then(() => read(...given));

async function faultsOf(readers: readonly ParameterReader[], maxErrors = 100): Promise<string[]> {
  const faults: ErrorDetail[] = [];
  await compileReading(readers, maxErrors)(request, context, faults, []);
  return faults.map(({ loc }) => String(loc[1]));
}

test('the faults stand in the order of the parameters, whichever were found last', async () => {
  expect(await faultsOf([later(refusing('a')), refusing('b'), later(refusing('c'))])).toEqual([
    'a',
    'b',
    'c',
  ]);
});

test('no more faults are kept than one response tells', async () => {
  expect(await faultsOf([later(refusing('a')), refusing('b'), refusing('c')], 2)).toEqual(['a', 'b']);
});

test('the content type of a body is told once', async () => {
  expect(
    await faultsOf([refusing('a', 'media_type'), later(refusing('b', 'media_type')), refusing('c')]),
  ).toEqual(['a', 'c']);
});

test('gives the values at once where none is a promise', () => {
  expect(compileReading([() => 1, () => 2], 100)(request, context, [], [])).toEqual([1, 2]);
});
