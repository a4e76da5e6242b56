import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createApp } from '../../src/create-app.js';

/** The demo on a socket of its own. */
export interface Demo {
  /** Address without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the demo, on any free port by default, with its data in a folder that the caller has made. */
export async function startDemo(dataFolder: string, port = 0): Promise<Demo> {
  const app = await createApp({ dataFolder });
  const url = await app.listen({ host: '127.0.0.1', port });
  return { url, close: () => app.close() };
}

export function makeFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'sluice-demo-'));
}

export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** One fault of a 422. */
export interface Fault {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
}

export async function readFaults(response: Response): Promise<readonly Fault[]> {
  return ((await response.json()) as { detail: readonly Fault[] }).detail;
}
