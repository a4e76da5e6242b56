import type { FastifyInstance } from 'fastify';

/**
 * Lets an empty body with the content type of JSON be no body, as many clients send it with every request: whether one is
 * required is the route's to say. A JSON parser of the host's own stays.
 */
export function acceptEmptyJsonBody(instance: FastifyInstance): void {
  const { onProtoPoisoning = 'error', onConstructorPoisoning = 'error' } = instance.initialConfig;
  const parse = instance.getDefaultJsonParser(onProtoPoisoning, onConstructorPoisoning);
  try {
    instance.addContentTypeParser<string>(
      'application/json',
      { parseAs: 'string' },
      (request, body, done) => {
        if (body === '') done(null, undefined);
        else void parse(request, body, done);
      },
    );
  } catch (error) {
    if ((error as { code?: string }).code !== 'FST_ERR_CTP_ALREADY_PRESENT') throw error;
  }
}
