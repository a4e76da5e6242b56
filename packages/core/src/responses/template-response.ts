import { ResponseError } from '../errors/response-error.js';
import { hasNoBody } from '../http/status.js';
import { Response, type ResponseClass, type ResponseInit } from './response.js';
import type { ResponseBody } from './response-parts.js';

/** Options of a template response. */
export interface TemplateInit extends ResponseInit {
  /** Template around this one, where the engine of @fastify/view has layouts. Default: that of @fastify/view, or none. */
  layout?: string | undefined;
}

/** What a route with a `template` is rendered with. */
export interface TemplateRouteInit extends TemplateInit {
  /** The route's template. */
  template?: string | undefined;
}

/**
 * A page that @fastify/view of the host renders from a template, as `text/html; charset=utf-8`.
 *
 * ```ts
 * return new TemplateResponse('item.ejs', { item });
 * ```
 *
 * It is rendered before the head is sent: a template that is not there, or that throws, is an error response. Whether values
 * are escaped is for the engine and the template to say.
 *
 * Follows `Jinja2Templates.TemplateResponse(request, name, context, status_code, headers, media_type, background)`.
 *
 * @throws ResponseError CONTENT_INVALID when the name is empty, or the context is no object
 */
export class TemplateResponse extends Response<object> {
  static override readonly mediaType: string | undefined = 'text/html';
  /**
   * The method of the host's reply that renders. Where @fastify/view is registered with a `propertyName`, a class of one's
   * own names that: `static override readonly renderer = 'mobileAsync'`.
   */
  static readonly renderer: string = 'viewAsync';

  /** Name of the template. */
  readonly template: string;
  readonly #layout: string | undefined;
  #rendered: { readonly body: string | Uint8Array | undefined } | undefined;

  constructor(template: string, context: object = {}, init: TemplateInit = {}) {
    const given: { readonly template: unknown; readonly context: unknown } = { template, context };
    if (typeof given.template !== 'string' || template === '') {
      throw new ResponseError(
        'CONTENT_INVALID',
        `TemplateResponse renders the template of a name, not ${JSON.stringify(given.template)}.`,
      );
    }
    if (typeof given.context !== 'object' || given.context === null || isIterable(given.context)) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `the context of ${template} is an object of names and values, not ${describe(given.context)}.`,
      );
    }
    super(context, init);
    this.template = template;
    this.#layout = init.layout;
  }

  /** Renders the route's `template` with what the method returned as its context. */
  static override from(this: ResponseClass, result: unknown, init: TemplateRouteInit): Response {
    const { template, ...own } = init;
    if (template === undefined) {
      throw new ResponseError(
        'CONTENT_INVALID',
        `${this.name} has no template to render: return new ${this.name}('page.ejs', context), or write { template: 'page.ejs' } beside responseClass.`,
      );
    }
    const Template = this as unknown as typeof TemplateResponse;
    return new Template(template, result ?? {}, own);
  }

  /** The page; undefined until the server has rendered it. May be set, and is then not rendered. */
  override get body(): string | Uint8Array | undefined {
    return this.#rendered?.body;
  }

  override set body(body: string | Uint8Array | undefined) {
    super.body = body;
    this.#rendered = { body };
  }

  protected override toBody(): ResponseBody {
    if (this.#rendered !== undefined || hasNoBody(this.statusCode)) return super.toBody();
    const { renderer } = this.constructor as typeof TemplateResponse;
    const { template, content: context = {} } = this;
    return { kind: 'template', template, context, layout: this.#layout, renderer };
  }
}

function isIterable(value: object): boolean {
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'a list or an iterable' : typeof value;
}
