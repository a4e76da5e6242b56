import { request as ask } from 'node:http';

import type { Load, Measurement, Work } from '../measurement.js';
import { Connection } from './connection.js';
import { stayAwake } from './stay-awake.js';

/** How requests are sent. */
interface Pace {
  /** Enough that the server always has a request waiting. */
  readonly connections: number;
  /** Requests that a connection sends at once. */
  readonly pipelined: number;
  /** Keeps this process awake: see `stayAwake`. It takes a core, which threads of the server may need. */
  readonly awake: boolean;
}

/**
 * For work that the server's own thread does alone. One by one, reading and waking up take most of a server's CPU time,
 * which is the same for all, differs from round to round, and hides what is asked for.
 */
const PIPELINED: Pace = { connections: 8, pipelined: 10, awake: true };
/** Most requests of one round, however quick the server is. */
const MOST_REQUESTS = 500_000;
/** How long the last answers of a round are waited for, in milliseconds. */
const LAST_ANSWERS_TIMEOUT = 5000;

/** The work of asking for one path again and again, over connections that are kept. */
export function getLoad(path: string, pace = PIPELINED): Pick<Measurement, 'probe' | 'open'> {
  return load({ path }, pace);
}

/** The work of posting one value again and again. */
export function postLoad(path: string, value: unknown): Pick<Measurement, 'probe' | 'open'> {
  return load({ path, body: JSON.stringify(value) }, PIPELINED);
}

/** What is asked: by GET, or with a body by POST. */
interface Question {
  readonly path: string;
  readonly body?: string;
}

function load(question: Question, pace: Pace): Pick<Measurement, 'probe' | 'open'> {
  return { probe: (port) => probe(port, question), open: (port) => open(port, question, pace) };
}

function methodOf({ body }: Question): string {
  return body === undefined ? 'GET' : 'POST';
}

function headersOf({ body }: Question): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
}

/** By Node's own client: it reads a response in full, where the client of the rounds only counts. */
function probe(port: number, question: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const { path, body: sent } = question;
    const target = { host: '127.0.0.1', port, path, agent: false, timeout: 5000 };
    const options = { ...target, method: methodOf(question), headers: headersOf(question) };
    const request = ask(options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve(`${statusCode} ${headers['content-type'] ?? 'without a content type'}: ${body}`);
      });
    });
    request.on('timeout', () => request.destroy(new Error(`${path}: no answer within 5 s`)));
    request.on('error', reject);
    request.end(sent);
  });
}

async function open(port: number, question: Question, pace: Pace): Promise<Load> {
  const headers = Object.entries({ Host: `127.0.0.1:${port}`, ...headersOf(question) });
  const head = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  const request = `${methodOf(question)} ${question.path} HTTP/1.1\r\n${head}\r\n${question.body ?? ''}`;
  const batch = { bytes: request.repeat(pace.pipelined), requests: pace.pipelined };
  const connections = await Promise.all(
    Array.from({ length: pace.connections }, () => Connection.open(port, batch)),
  );
  return {
    run: (milliseconds) => run(connections, pace, milliseconds),
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

/** No request is sent after the time is over, and none is left unanswered: what was counted is what was served. */
async function run(
  connections: readonly Connection[],
  { pipelined, awake }: Pace,
  milliseconds: number,
): Promise<Work> {
  let sent = 0;
  let over = false;
  const mayAsk = (): boolean => {
    sent += pipelined;
    return !over && sent <= MOST_REQUESTS;
  };
  const timer = setTimeout(() => (over = true), milliseconds);
  const sleep = awake ? stayAwake() : undefined;
  const start = performance.now();
  try {
    const all = Promise.all(connections.map((connection) => connection.askWhile(mayAsk)));
    const answered = await withinTime(all, milliseconds + LAST_ANSWERS_TIMEOUT);
    return {
      units: answered.reduce((sum, count) => sum + count, 0),
      milliseconds: performance.now() - start,
    };
  } finally {
    clearTimeout(timer);
    sleep?.();
  }
}

async function withinTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`a server did not answer within ${milliseconds} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
