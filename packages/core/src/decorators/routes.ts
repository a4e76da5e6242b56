import { writeRoute } from '../metadata/metadata-store.js';
import type { RouteOptions } from '../metadata/route-options.js';
import type { HttpMethod } from '../metadata/types.js';

/** A route decorator: the path below the controller's prefix (`/` is the prefix itself), and options. */
type RouteDecorator = (
  path?: string,
  options?: RouteOptions,
) => (target: object, member: string | symbol) => void;

function createRouteDecorator(method: HttpMethod): RouteDecorator {
  return (path = '/', options = {}) =>
    (target, member) => {
      writeRoute(target, member, { method, path, options: { ...options } });
    };
}

/** Answers GET; Fastify answers HEAD with it too, and a method that yields is not started for that. */
export const Get = createRouteDecorator('GET');
/** Answers POST. */
export const Post = createRouteDecorator('POST');
/** Answers PUT. */
export const Put = createRouteDecorator('PUT');
/** Answers PATCH. */
export const Patch = createRouteDecorator('PATCH');
/** Answers DELETE. */
export const Delete = createRouteDecorator('DELETE');
/** Answers HEAD, in place of the answer that Fastify derives from a GET route. */
export const Head = createRouteDecorator('HEAD');
/** Answers OPTIONS. */
export const Options = createRouteDecorator('OPTIONS');
