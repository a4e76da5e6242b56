import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Item } from '../../src/items/item.js';
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

/** Sends a body as JSON, whether it is right or not. */
export function postItem(url: string, body: unknown): Promise<Response> {
  return fetch(`${url}/api/items`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

export async function createItem(url: string, name: string, price = 1): Promise<Item> {
  const response = await postItem(url, { name, price });
  if (response.status !== 201) throw new Error(`no item was created: ${await response.text()}`);
  return (await response.json()) as Item;
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
