// A request that was answered has its task done, whatever ended the process: SLUICE_KILLS says how often, 10 by default.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { QueueProcess } from './support/queue-process.js';

const KILLS = Number(process.env.SLUICE_KILLS ?? 10);
const CLIENTS = 16;

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-killed-'));

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function readDone(): number[] {
  const file = path.join(folder, 'done.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(Number) : [];
}

test(
  'every task of a request that was answered is done, though the process is killed at random moments',
  async () => {
    let next = 0;
    const answered: number[] = [];
    const answers = async (count: number): Promise<void> => {
      for (const from = answered.length; answered.length < from + count;) await wait(1);
    };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const server = await QueueProcess.start(folder);
      let over = false;
      const isOver = (): boolean => over;
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (!isOver()) {
          const n = (next += 1);
          try {
            const { status } = await server.add(n);
            expect(status).toBe(202);
            answered.push(n);
          } catch (error) {
            if (!isOver()) throw error;
          }
        }
      });
      // At a moment of the clock, which may be before anything was answered, or in the middle of many answers.
      if (kill % 2 === 0) await wait(Math.random() * 300);
      else await answers(1 + Math.random() * 100);
      over = true;
      await server.kill();
      await Promise.all(clients);
    }
    const server = await QueueProcess.start(folder);
    for (;;) {
      const { waiting, delayed, running, dead } = await server.counts();
      expect(dead).toBe(0);
      if (waiting + delayed + running === 0) break;
      await wait(50);
    }
    await server.close();
    const done = new Set(readDone());
    expect(answered.filter((n) => !done.has(n))).toEqual([]);
    expect(answered.length).toBeGreaterThan(KILLS);
  },
  30_000 + KILLS * 10_000,
);
