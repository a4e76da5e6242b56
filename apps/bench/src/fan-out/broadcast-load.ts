import { setTimeout as pause } from 'node:timers/promises';

import { Connection } from '../load/connection.js';
import { Listeners } from '../load/listeners.js';
import { stayAwake } from '../load/stay-awake.js';
import type { Load, Measurement } from '../measurement.js';
import { MARK } from './price.js';

const CLIENTS = 1000;
/** How long all clients may take to get what was published, in milliseconds. */
const DELIVERY_TIMEOUT = 5000;

/**
 * The work of bringing events to all clients: asks the server to publish some in one turn, waits until every client has
 * them, and asks again.
 */
export function broadcastLoad(eventsInATurn: number): Pick<Measurement, 'open' | 'probe'> {
  return { open: (port) => open(port, eventsInATurn), probe };
}

async function open(port: number, eventsInATurn: number): Promise<Load> {
  let received = 0;
  const listeners = new Listeners(port, '/events', (bytes) => {
    for (let at = bytes.indexOf(MARK); at !== -1; at = bytes.indexOf(MARK, at + 1)) received += 1;
  });
  await listeners.add(CLIENTS);
  const request = `GET /publish/${eventsInATurn} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const publisher = await Connection.open(port, { bytes: request, requests: 1 });
  return {
    run: async (milliseconds) => {
      const start = performance.now();
      const sleep = stayAwake();
      received = 0;
      let published = 0;
      try {
        while (performance.now() - start < milliseconds) {
          let asked = false;
          await publisher.askWhile(() => !asked && (asked = true));
          published += eventsInATurn;
          await until(() => received >= published * CLIENTS);
          listeners.check();
        }
      } finally {
        sleep();
      }
      if (received !== published * CLIENTS) throw new Error('a server delivered more than was published');
      return { units: received, milliseconds: performance.now() - start };
    },
    close: () => {
      publisher.close();
      listeners.close();
    },
  };
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + DELIVERY_TIMEOUT;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('not all events came to all clients');
    await new Promise(setImmediate);
  }
}

/** What a client gets of one event, without what the servers add to it: its id and its name. */
async function probe(port: number): Promise<string> {
  let text = '';
  const listeners = new Listeners(port, '/events', (bytes) => (text += bytes.toString('latin1')));
  await listeners.add(1);
  const request = `GET /publish/1 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const publisher = await Connection.open(port, { bytes: request, requests: 1 });
  try {
    let asked = false;
    await publisher.askWhile(() => !asked && (asked = true));
    await until(() => text.includes(MARK));
    // What else it may send of the event.
    await pause(20);
    const data = /^data: ?(.*)$/m.exec(text)?.[1];
    return `data: ${data}${/^id: ?.+$/m.test(text) ? ', with an id' : ''}`;
  } finally {
    publisher.close();
    listeners.close();
  }
}
