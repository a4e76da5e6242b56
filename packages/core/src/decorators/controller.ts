import { writeController } from '../metadata/metadata-store.js';
import type { ControllerOptions } from '../metadata/route-options.js';
import type { Constructor } from '../metadata/types.js';

/**
 * Makes a class a controller: its decorated methods become routes under `prefix`.
 *
 * ```ts
 * @Controller('/items')
 * export class ItemsController {}
 * ```
 *
 * @param prefix Begins with `/`, or is empty (default). It may hold parameters: `/users/:userId/items`.
 */
export function Controller(prefix = '', options: ControllerOptions = {}) {
  return (target: Constructor): void => {
    writeController(target, { prefix, options: { ...options } });
  };
}
