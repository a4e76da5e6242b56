import type { Usage } from './messages.js';

/** Milliseconds between two looks at the memory: each takes about 20 µs. */
const INTERVAL = 50;

/** Begins to look at what this process uses; the function that it gives ends that. */
export function watchUsage(): () => Usage {
  const start = process.memoryUsage.rss();
  let most = start;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, INTERVAL);
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(timer);
    look();
    return { cpu: user + system, growth: most - start };
  };
}
