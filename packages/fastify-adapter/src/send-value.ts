import { hasNoBody, type RoutePlan } from '@sluice/core/internal';
import type { FastifyReply } from 'fastify';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Gives a value to Fastify, whose `preSerialization` hooks and serializers then see it. */
export function sendValue(plan: RoutePlan, reply: FastifyReply, statusCode: number, value: unknown): unknown {
  const { model } = plan;
  if (hasNoBody(statusCode)) {
    reply.send();
    return undefined;
  }
  if (typeof value === 'string') {
    // Fastify sends text as it is.
    reply.header('content-type', JSON_TYPE);
    return JSON.stringify(value);
  }
  // Fastify chooses a serializer by the status, and knows that of the route alone.
  if (model !== undefined && statusCode !== plan.statusCode) {
    reply.header('content-type', JSON_TYPE).serializer(model.serialize);
  }
  return value ?? null;
}
