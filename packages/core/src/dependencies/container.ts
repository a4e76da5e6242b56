import type { SetupFault } from '../errors/setup-error.js';
import { toMessage } from '../errors/to-message.js';
import type { Constructor } from '../metadata/types.js';

/** A container of the user's own: tsyringe's, inversify's, or any other with this method. */
export interface Container {
  /** Gives the instance of a class; synchronously. */
  resolve(target: Constructor): unknown;
}

/** Resolves a class by a container of the user's own. */
export function resolveFrom(container: Container, target: Constructor, faults: SetupFault[]): unknown {
  let instance: unknown;
  let problem = 'the container gave no object for it';
  try {
    instance = container.resolve(target);
  } catch (error) {
    problem = `the container failed: ${toMessage(error)}`;
  }
  if (typeof instance === 'object' && instance !== null && !(instance instanceof Promise)) return instance;
  if (instance instanceof Promise) problem = 'the container gave a promise';
  faults.push({
    code: 'CONTAINER_FAILED',
    where: target.name,
    problem,
    fix: 'register the controller and what its constructor asks for, and let resolve(Class) give the instance itself',
  });
  return undefined;
}
