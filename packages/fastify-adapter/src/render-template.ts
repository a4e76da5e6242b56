import { ResponseError, type Response } from '@sluice/core';
import { throwFaults, type RoutePlan, type TemplateBody } from '@sluice/core/internal';
import type { FastifyInstance } from 'fastify';

import type { Exchange } from './exchange.js';

/** What @fastify/view puts on the reply. */
type Render = (this: unknown, template: string, context: object, options?: object) => Promise<string>;

/**
 * Renders the page of a response by @fastify/view of the host, and sets it as the body. By the method of the reply, so that
 * its `locals` and `defaultContext` are in it; sent as any text, so that hooks see it.
 *
 * @throws ResponseError TEMPLATE_WITHOUT_VIEW
 */
export async function renderTemplate(
  { reply, plan }: Exchange,
  response: Response,
  { template, context, layout, renderer }: TemplateBody,
): Promise<void> {
  const render = (reply as unknown as Readonly<Record<string, Render | undefined>>)[renderer];
  if (render === undefined) {
    throw new ResponseError(
      'TEMPLATE_WITHOUT_VIEW',
      `${plan.name} sends ${template}, and the reply has no \`${renderer}\`: register @fastify/view on the host, before Sluice.`,
    );
  }
  response.body = await render.call(reply, template, context, layout === undefined ? undefined : { layout });
}

/** Stops the start where a route is there for templates that nothing renders. */
export function requireView(instance: FastifyInstance, plans: readonly RoutePlan[]): void {
  const missing = plans.filter(
    ({ renderer }) => renderer !== undefined && !instance.hasReplyDecorator(renderer),
  );
  throwFaults(
    missing.map(({ name: where, renderer = '' }) => ({
      code: 'VIEW_MISSING',
      where,
      problem: `it renders templates, and the reply of the host has no \`${renderer}\``,
      fix: "register @fastify/view before Sluice: await app.register(view, { engine: { ejs }, root: 'views' })",
    })),
  );
}
