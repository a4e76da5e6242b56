import type { Item } from '../../src/items/item.js';

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
