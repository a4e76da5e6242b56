import { Channel } from '@sluice/core';

import type { Measurement } from './measurement.js';

const INTERVAL_MS = 500;
// The last minute: as much as a page shows, and as long as a page may be away without missing anything.
const KEPT = 120;
// A person should have the time to see that a page is not connected. Browsers' own defaults are between 3 and 5 s.
const RETRY_MS = 2000;

/** Measures the load of this process, and publishes it. */
export class LoadMeter {
  readonly channel = new Channel<Measurement>({ name: 'load', history: KEPT });
  #number = 0;
  #cpu = process.cpuUsage();
  #time = performance.now();
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#timer ??= setInterval(() => {
      void this.channel.publish(this.#measure(), { retry: RETRY_MS });
    }, INTERVAL_MS).unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.channel.close();
  }

  #measure(): Measurement {
    const cpu = process.cpuUsage();
    const time = performance.now();
    const busyMs = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1000;
    const percent = (busyMs / (time - this.#time)) * 100;
    this.#cpu = cpu;
    this.#time = time;
    this.#number += 1;
    return {
      number: this.#number,
      time: Date.now(),
      cpu: Number(percent.toFixed(1)),
      memory: Number((process.memoryUsage.rss() / 1e6).toFixed(1)),
      viewers: this.channel.counts.subscribers,
    };
  }
}
