import { BackgroundTask } from './background-task.js';
import { BackgroundTasks, eachTask } from './background-tasks.js';

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

test.each([
  ['nothing', undefined, []],
  ['one task', one, [one]],
  ['a list', [two, one], [two, one]],
  ['tasks', new BackgroundTasks([one, two]), [one, two]],
])('gives each task of %s', (_what, background, expected) => {
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
