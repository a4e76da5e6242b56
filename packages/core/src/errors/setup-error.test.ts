import { formatFault, SetupError, throwFaults, type SetupFault } from './setup-error.js';

const first: SetupFault = { code: 'NO_ROUTES', where: 'A', problem: 'it has no route', fix: 'write @Get()' };
const second: SetupFault = { code: 'PATH_INVALID', where: 'B.b', problem: 'a space', fix: 'leave it out' };

test('formats a fault as code, where, what and fix', () => {
  expect(formatFault(first)).toBe('NO_ROUTES: A → it has no route → write @Get()');
});

test('says a single fault in one line', () => {
  expect(new SetupError([first]).message).toBe('NO_ROUTES: A → it has no route → write @Get()');
});

test('lists several faults, and has the code of the first', () => {
  const error = new SetupError([first, second]);
  expect(error.message).toBe(
    '2 faults:\n  NO_ROUTES: A → it has no route → write @Get()\n  PATH_INVALID: B.b → a space → leave it out',
  );
  expect(error).toMatchObject({ name: 'SetupError', code: 'NO_ROUTES', faults: [first, second] });
});

test('keeps its faults when the list that it was given changes', () => {
  const faults: [SetupFault, ...SetupFault[]] = [first];
  const error = new SetupError(faults);
  faults.push(second);
  expect(error.faults).toEqual([first]);
  expect(Object.isFrozen(error.faults)).toBe(true);
});

test('throws all faults at once, and nothing where there are none', () => {
  expect(() => {
    throwFaults([first, second]);
  }).toThrow(new SetupError([first, second]));
  expect(() => {
    throwFaults([]);
  }).not.toThrow();
});
