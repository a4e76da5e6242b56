import { listenWith } from './sluice-server.js';

export function listen(folder: string): Promise<number> {
  return listenWith(folder, { fileCache: { maxBytes: 2 ** 20 } });
}
