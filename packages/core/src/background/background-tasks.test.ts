import { BackgroundTask } from './background-task.js';
import { BackgroundTasks, checkBackground, eachTask } from './background-tasks.js';

const one = new BackgroundTask(function one() {});
const two = new BackgroundTask(function two() {});

test('keeps tasks in the order they were added, after those it was made of', async () => {
  const ran: unknown[] = [];
  const tasks = new BackgroundTasks([one]);
  tasks.addTask((value: string) => ran.push(value), 'a');
  tasks.addTask(() => ran.push('b'));
  expect(tasks.size).toBe(3);
  expect([...tasks][0]).toBe(one);
  for (const task of tasks) await task.run();
  expect(ran).toEqual(['a', 'b']);
});

test('runs a task too that another one adds while they run', async () => {
  const ran: string[] = [];
  const tasks = new BackgroundTasks();
  tasks.addTask(() => {
    ran.push('first');
    tasks.addTask(() => ran.push('added'));
  });
  for (const task of tasks) await task.run();
  expect(ran).toEqual(['first', 'added']);
});

test('does not change with the list that it was made of', () => {
  const list = [one];
  const tasks = new BackgroundTasks(list);
  list.push(two);
  expect([...tasks]).toEqual([one]);
});

test('refuses what is not a function, and adds nothing', () => {
  const tasks = new BackgroundTasks();
  expect(() => {
    tasks.addTask('send' as never);
  }).toThrow(expect.objectContaining({ code: 'TASK_INVALID' }) as Error);
  expect(tasks.size).toBe(0);
});

const NO_TASKS: [string, unknown][] = [
  ['a function', () => 1],
  ['text', 'send'],
  ['null', null],
  ['an object', {}],
  ['a list with a list', [[one]]],
  ['a list with tasks', [new BackgroundTasks()]],
];

test.each(NO_TASKS)('refuses %s as the background of a response', (_what, background) => {
  const invalid = expect.objectContaining({ code: 'TASK_INVALID' }) as Error;
  expect(() => {
    checkBackground(background as never);
  }).toThrow(invalid);
  expect(() => new BackgroundTasks([background as never])).toThrow(invalid);
});

test.each([
  ['nothing', undefined, []],
  ['one task', one, [one]],
  ['a list', [two, one], [two, one]],
  ['tasks', new BackgroundTasks([one, two]), [one, two]],
])('gives each task of %s', (_what, background, expected) => {
  if (background !== undefined) checkBackground(background);
  const given = [...eachTask(background)];
  expect(given).toHaveLength(expected.length);
  given.forEach((task, index) => {
    expect(task).toBe(expected[index]);
  });
});

test('tells its own class from others', () => {
  class Own extends BackgroundTasks {}
  expect(BackgroundTasks.isType(BackgroundTasks)).toBe(true);
  for (const type of [Own, BackgroundTask, new BackgroundTasks(), () => 1, undefined, null]) {
    expect(BackgroundTasks.isType(type)).toBe(false);
  }
});

test('adds tasks with options to the same list', () => {
  const ran: unknown[] = [];
  const tasks = new BackgroundTasks();
  tasks.addTask(() => ran.push('plain'));
  tasks.with({ detached: true }).addTask((value: string) => ran.push(value), 'detached');
  const adder = tasks.with({ signal: true, timeout: 5 });
  adder.addTask((value: string, signal) => ran.push(value, signal.aborted), 'signal');
  for (const task of tasks) task.run();
  expect(ran).toEqual(['plain', 'detached', 'signal', false]);
  expect([...tasks].map(({ options }) => options)).toEqual([
    {},
    { detached: true },
    { signal: true, timeout: 5 },
  ]);
  expect(() => tasks.with({ timeout: 0 })).toThrow('TASK_INVALID');
});

test('holds functions to their arguments', () => {
  const tasks = new BackgroundTasks();
  const send = (_to: string, _copies?: number): void => {};
  const upload = (_file: string, _signal: AbortSignal): void => {};
  tasks.addTask(send, 'a');
  tasks.addTask(send, 'a', 2);
  tasks.with({ signal: true }).addTask(upload, 'a');
  // @ts-expect-error -- an argument of another type
  tasks.addTask(send, 1);
  // @ts-expect-error -- one is missing
  tasks.addTask(send);
  // @ts-expect-error -- nobody gives the signal
  tasks.addTask(upload, 'a');
  // @ts-expect-error -- nobody gives the signal
  tasks.with({ detached: true }).addTask(upload, 'a');
  // @ts-expect-error -- the signal would be the number of copies
  tasks.with({ signal: true }).addTask(send, 'a');
  expect(tasks.size).toBe(8);
});

test('refuses tasks when it has ended, and says why', () => {
  const tasks = new BackgroundTasks();
  const late = () => {};
  tasks.end('its dependencies had ended', false);
  expect(() => {
    tasks.addTask(late);
  }).toThrow('TASK_TOO_LATE: late was added when its dependencies had ended.');
  tasks.with({ detached: true }).addTask(late);
  tasks.end('they had run');
  expect(() => {
    tasks.with({ detached: true }).addTask(late);
  }).toThrow('TASK_TOO_LATE: late was added when they had run.');
  expect(tasks.size).toBe(1);
});
