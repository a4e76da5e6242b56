import { chooseExamples } from './choose-examples.js';

const examples = [
  { name: 'items', hint: '', needs: ['activity'] },
  { name: 'activity', hint: '', needs: ['items'] },
  { name: 'downloads', hint: '', needs: ['items'] },
  { name: 'live', hint: '', needs: [] },
];

it.each([
  ['live', ['live']],
  ['items', ['items', 'activity']],
  ['downloads', ['downloads', 'items', 'activity']],
  ['downloads,live', ['downloads', 'live', 'items', 'activity']],
  ['all', ['items', 'activity', 'downloads', 'live']],
  ['none', []],
  ['', []],
])('takes %j with what it needs', (names, expected) => {
  const given = names === '' ? [] : names.split(',');
  expect([...chooseExamples(given, examples)]).toEqual(expected);
});

it.each([['login'], ['items', 'login'], ['all', 'items'], ['constructor']])(
  'refuses %s and %s, and names those there are',
  (...names) => {
    expect(() => chooseExamples(names, examples)).toThrow(/there is no .* items, activity, downloads, live/);
  },
);
