import type { Background } from '../background/background-tasks.js';
import { ResponseError } from '../errors/response-error.js';
import { toContentDisposition, type ContentDisposition } from '../http/content-disposition.js';
import { toSetCookie, type CookieOptions } from '../http/cookies.js';
import { ResponseHeaders, type HeadersInit } from '../http/headers.js';
import { withCharset } from '../http/media-type.js';
import { checkStatus, hasNoBody } from '../http/status.js';
import type { ResponseBody, ResponseParts } from './response-parts.js';
import type { ResultModel } from './result-model.js';

const RESPONSE = Symbol.for('sluice.response');

/** Options that every response class takes. */
export interface ResponseInit {
  /** Status, an integer from 200 to 599. Default: that of the class, mostly 200. */
  statusCode?: number | undefined;
  /** Headers; a `content-type` here wins over the media type. */
  headers?: HeadersInit | undefined;
  /** Media type, such as `text/csv`; `charset=utf-8` is added to text types. Default: that of the class. */
  mediaType?: string | undefined;
  /** Work for after the response: one task or several. */
  background?: Background | undefined;
  /** Name under which a client saves the body; sends a `Content-Disposition` of RFC 6266. */
  filename?: string | undefined;
  /** With `filename`: save (`attachment`, default) or show (`inline`). */
  contentDisposition?: ContentDisposition | undefined;
}

/** A response class: what `responseClass` takes. */
export interface ResponseClass {
  new (content: never, init?: ResponseInit): Response;
  readonly mediaType: string | undefined;
  readonly defaultStatusCode: number;
  from(result: unknown, init: ResponseInit, model?: ResultModel): Response;
}

/**
 * A response as a value: status, headers, content, and the work that comes after.
 *
 * A handler returns one, and it is sent as it is. A parameter of this type is one that belongs to the request: its
 * status, headers and cookies are merged into whatever the handler returns that is not itself a `Response`.
 *
 * A class of one's own overrides the media type, or `render`, or both:
 *
 * ```ts
 * class XMLResponse extends Response {
 *   static override readonly mediaType = 'application/xml';
 *   protected override render(content: unknown) {
 *     return toXml(content);
 *   }
 * }
 * ```
 *
 * Text and bytes are sent as they are, `undefined` and null as no content; without a media type no `Content-Type` is sent.
 *
 * Follows Starlette's `Response(content, status_code, headers, media_type, background)`.
 */
export class Response<Content = unknown> {
  /** Media type of the class. */
  static readonly mediaType: string | undefined = undefined;
  /** Status of a response that is given none. */
  static readonly defaultStatusCode: number = 200;

  readonly headers: ResponseHeaders;
  /** What was given to the constructor. */
  readonly content: Content | undefined;
  /** Work for after the response; may be set later. */
  background: Background | undefined;
  #statusCode: number;
  #sealed = false;
  #mediaType: string | undefined;
  #rendered: { readonly body: string | Uint8Array | undefined } | undefined;

  /** @throws ResponseError STATUS_CODE_INVALID, HEADER_NAME_INVALID, HEADER_VALUE_INVALID, FILENAME_INVALID */
  constructor(content?: Content, init: ResponseInit = {}) {
    const own = new.target as unknown as ResponseClass;
    this.content = content;
    this.headers = new ResponseHeaders(init.headers);
    this.background = init.background;
    this.#statusCode = checkStatus(init.statusCode ?? own.defaultStatusCode);
    const mediaType = init.mediaType ?? own.mediaType;
    this.#mediaType = mediaType;
    if (mediaType !== undefined && !this.headers.has('content-type'))
      this.headers.set('content-type', withCharset(mediaType));
    if (init.filename !== undefined && !this.headers.has('content-disposition')) {
      this.headers.set('content-disposition', toContentDisposition(init.filename, init.contentDisposition));
    }
  }

  /**
   * Makes the response of what a handler returned, for a route with this `responseClass`.
   *
   * @param model What is sent of a value, where the route has a model.
   */
  static from(this: ResponseClass, result: unknown, init: ResponseInit, model?: ResultModel): Response {
    return new this((model === undefined ? result : model.project(result)) as never, init);
  }

  /** Tells responses of every copy of this package from other objects. */
  static is(value: unknown): value is Response {
    // Read, and not asked for by `in`, which takes 6 µs of what is no Response and seldom asked.
    return (
      typeof value === 'object' && value !== null && (value as { [RESPONSE]?: unknown })[RESPONSE] === true
    );
  }

  /** Whether a type is this class itself, of any copy of this package, and not one that extends it. */
  static isType(type: unknown): boolean {
    return typeof type === 'function' && isOwn(type.prototype, RESPONSE);
  }

  /** Status, an integer from 200 to 599. @throws ResponseError STATUS_CODE_INVALID, HEAD_SENT */
  get statusCode(): number {
    return this.#statusCode;
  }

  set statusCode(statusCode: number) {
    if (this.#sealed) throw new ResponseError('HEAD_SENT', 'statusCode was changed after the head was sent.');
    this.#statusCode = checkStatus(statusCode);
  }

  /** Media type without the charset that is added to text types; undefined sends no `Content-Type`. */
  get mediaType(): string | undefined {
    return this.#mediaType;
  }

  set mediaType(mediaType: string | undefined) {
    const own = this.#mediaType === undefined ? undefined : withCharset(this.#mediaType);
    // A content type that the caller set stays; one that came from the media type follows it.
    if (this.headers.get('content-type') === own) {
      if (mediaType === undefined) this.headers.delete('content-type');
      else this.headers.set('content-type', withCharset(mediaType));
    }
    this.#mediaType = mediaType;
  }

  /** The rendered content; rendered when it is first read, at the latest when it is sent. May be replaced. */
  get body(): string | Uint8Array | undefined {
    this.#rendered ??= { body: this.#checkBody(this.render(this.content)) };
    return this.#rendered.body;
  }

  set body(body: string | Uint8Array | undefined) {
    this.#rendered = { body: this.#checkBody(body) };
  }

  #checkBody(body: unknown): string | Uint8Array | undefined {
    if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body;
    throw new ResponseError(
      'CONTENT_INVALID',
      `the body of ${this.constructor.name} is text, bytes or undefined, not ${describe(body)}.`,
    );
  }

  /**
   * Adds a `Set-Cookie`. The value is percent-encoded.
   *
   * @throws ResponseError COOKIE_INVALID, HEAD_SENT
   */
  setCookie(name: string, value: string, options?: CookieOptions): this {
    this.headers.append('set-cookie', toSetCookie(name, value, options));
    return this;
  }

  /** Asks the client to forget a cookie; path and domain must be those it was set with. */
  deleteCookie(name: string, options?: Omit<CookieOptions, 'maxAge' | 'expires'>): this {
    return this.setCookie(name, '', { ...options, maxAge: 0, expires: new Date(0) });
  }

  /** Status, headers and body for an adapter. Response classes whose body is made while it is sent override it. */
  toParts(): ResponseParts {
    return { statusCode: this.#statusCode, headers: this.headers, body: this.toBody() };
  }

  /** From now on changes of status and headers throw HEAD_SENT: the head is on its way to the client. */
  seal(): void {
    this.#sealed = true;
    this.headers.seal();
  }

  /** Turns the content into text or bytes. */
  protected render(content: Content | undefined): string | Uint8Array | undefined {
    if (content === undefined || content === null) return undefined;
    if (typeof content === 'string' || content instanceof Uint8Array) return content;
    throw new ResponseError(
      'CONTENT_INVALID',
      `${this.constructor.name} sends text or bytes, not ${describe(content)}; JSONResponse sends JSON, StreamingResponse an iterable.`,
    );
  }

  /** How the body is sent. */
  protected toBody(): ResponseBody {
    if (hasNoBody(this.#statusCode)) return NO_BODY;
    const { body } = this;
    if (body === undefined) return NO_BODY;
    return typeof body === 'string' ? { kind: 'text', text: body } : { kind: 'bytes', bytes: body };
  }
}

Object.defineProperty(Response.prototype, RESPONSE, { value: true });

function isOwn(prototype: unknown, key: symbol): boolean {
  return typeof prototype === 'object' && prototype !== null && Object.hasOwn(prototype, key);
}

const NO_BODY: ResponseBody = Object.freeze({ kind: 'none' });

function describe(content: unknown): string {
  if (typeof content !== 'object' || content === null) return typeof content;
  const { constructor } = content as { constructor?: unknown };
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'object';
}
