// Runs in a thread of its own, and says in shared memory how many rows it has read: a server that holds its loop can see it.
import { get } from 'node:http';
import { connect } from 'node:http2';
import { parentPort, workerData } from 'node:worker_threads';

const { version, port, rows } = workerData;
let received = '';

function read(body) {
  body.setEncoding('utf8').on('data', (text) => {
    received += text;
    Atomics.store(rows, 0, received.split(';').length - 1);
    Atomics.notify(rows, 0);
  });
  body.on('end', () => parentPort.postMessage(received.split(';').length - 1));
}

if (version === 'HTTP/1.1') get({ port, host: '127.0.0.1', path: '/sync', agent: false }, read);
else {
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ':path': '/sync' });
  read(stream);
  stream.on('close', () => session.close());
}
