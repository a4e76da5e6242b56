// After 10,000 streams, half of them broken off by their clients, nothing of them is left.
import { Agent, request as requestHttp1 } from 'node:http';
import { connect as connectHttp2, constants } from 'node:http2';

import { StreamProcess } from '../support/stream-process.js';
import { VERSIONS } from '../support/stream-call.js';

const STREAMS = 10_000;
const CONNECTIONS = 50;
/** Requests that Node's caches may go on referring to, however many there were. */
const FEW = 20;
/** Collections of garbage until all has to be gone: about four seconds. */
const LOOKS = 50;
/** Milliseconds that the test may take where other work has the machine. */
const PATIENCE = 90_000;

/** A client: one stream to its end, or until its first bytes, when the client leaves. */
interface StreamingClient {
  read(path: string, leaves: boolean, method: string): Promise<void>;
  close(): void;
}

function connectByHttp1(port: number): StreamingClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    close: () => agent.destroy(),
    read: (path, leaves, method) =>
      new Promise((resolve, reject) => {
        const request = requestHttp1({ host: '127.0.0.1', port, path, method, agent }, (response) => {
          response.on('error', () => undefined);
          response.on('data', () => {
            if (leaves) request.destroy();
          });
        });
        request.on('error', (error) => {
          if (!leaves) reject(error);
        });
        request.on('close', resolve);
        request.end();
      }),
  };
}

function connectByHttp2(port: number): StreamingClient {
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  return {
    close: () => session.destroy(),
    read: (path, leaves, method) =>
      new Promise((resolve) => {
        const stream = session.request({ ':path': path, ':method': method });
        stream.on('error', () => undefined);
        stream.on('data', () => {
          if (leaves) stream.close(constants.NGHTTP2_CANCEL);
        });
        stream.on('close', resolve);
        stream.end();
      }),
  };
}

async function run(clients: readonly StreamingClient[], count: number): Promise<void> {
  let next = 0;
  const work = async (client: StreamingClient): Promise<void> => {
    while (next < count) {
      const at = next++;
      const leaves = at % 2 === 1;
      await client.read(leaves ? '/waits' : '/ends', leaves, at % 4 < 2 ? 'GET' : 'POST');
    }
  };
  await Promise.all(clients.map(work));
}

describe.each(VERSIONS)('10,000 streams on %s', (version) => {
  let program: StreamProcess;
  let clients: StreamingClient[];
  beforeAll(async () => {
    program = await StreamProcess.start(version);
    // Each its own connection: Node closes one of HTTP/2 on which too many streams are reset at a time.
    clients = Array.from({ length: CONNECTIONS }, () =>
      version === 'HTTP/2' ? connectByHttp2(program.port) : connectByHttp1(program.port),
    );
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await program.stop();
  });

  it(
    'leave no generator, task, scope, listener, timer, request or socket',
    async () => {
      await run(clients, CONNECTIONS * 4);
      const before = await program.query('left');
      await run(clients, STREAMS);
      const after = await program.query('left');
      expect(after.begun - before.begun).toBe(STREAMS);
      expect([after.generators, after.tasks, after.scopes]).toEqual([0, 0, 0]);
      // A connection is used for many streams: what each of them listens for must not add up.
      expect(after.listeners).toBeLessThanOrEqual(before.listeners);
      expect(after.timers).toBeLessThanOrEqual(before.timers);
      expect(after.sockets).toBeLessThanOrEqual(CONNECTIONS);
      for (const client of clients) client.close();
      // What keeps silent streams going lets go of one with its next look, within a second.
      let { begun, collected, sockets } = after;
      for (let look = 0; look < LOOKS && (sockets > 0 || begun - collected > FEW); look += 1)
        ({ begun, collected, sockets } = await program.query('left'));
      expect(sockets).toBe(0);
      expect(begun - collected).toBeLessThanOrEqual(FEW);
    },
    PATIENCE,
  );
});
