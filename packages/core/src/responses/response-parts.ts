import type { ResponseHeaders } from '../http/headers.js';
import type { EventFeed } from '../sse/event-feed.js';
import type { Chunk, ChunkSource } from '../streams/chunk-source.js';

/** Content codings of which a file may have a copy beside it (RFC 9110 section 8.4.1, RFC 7932, RFC 8878). */
export const CONTENT_CODINGS = ['br', 'gzip', 'zstd'] as const;

/** A content coding: `br`, `gzip` or `zstd`. */
export type ContentCoding = (typeof CONTENT_CODINGS)[number];

/** How a file is found, and what becomes of it. */
export interface FileOptions {
  readonly root: string | undefined;
  readonly allowDotFiles: boolean;
  readonly followSymlinks: boolean;
  readonly precompressed: readonly ContentCoding[];
  readonly deleteAfter: boolean;
}

/** A file to send as the body. */
export interface FileBody extends FileOptions {
  readonly kind: 'file';
  /** A path of the file system, never percent-decoded; relative to `root`, else to the working directory. */
  readonly path: string;
}

/** How items become a body that is made while it is sent. */
export interface ChunkEncoding {
  /** Turns one item of the source into text or bytes of the body. Beside the source and not around it: one iterator less. */
  readonly encode: (item: never) => Chunk;
  /** Turns what is said in band of an error into the last chunk: as `encode` does, but past the route's model, since it is no item. */
  readonly encodeLast: (item: never) => Chunk;
  /** Only for event streams: what keeps the connection going, in the syntax of the body. */
  readonly events: EventStreamParts | undefined;
}

/** A body that is made while it is sent; where the status has none, its source is closed unstarted. */
export interface ChunksBody extends ChunkEncoding {
  readonly kind: 'chunks';
  readonly source: ChunkSource<unknown>;
}

/** What an event stream says besides its items. */
export interface EventStreamParts {
  /** Milliseconds to wait for the first item before the head is sent; null waits for it. */
  readonly firstItemTimeout: number | null;
  /** Sent after the head when the first item is late. */
  readonly opening: string;
  /** The source, where it hands over what is sent as it is: read instead of its iterator. It is stopped like any source. */
  readonly feed: EventFeed | undefined;
  /** Whether each item is whole events; else it is looked where an event ends before something else is sent. */
  readonly whole: boolean;
  /** Sent as the last event when the server closes. */
  readonly closing: string;
  /** Milliseconds of silence after which `ping` is sent; null never sends it. */
  readonly keepAlive: number | null;
  readonly ping: Uint8Array;
}

/** A page that the server renders, of a template and what is in it. */
export interface TemplateBody {
  readonly kind: 'template';
  readonly template: string;
  readonly context: object;
  readonly layout: string | undefined;
  /** The method of the server's reply that renders. */
  readonly renderer: string;
}

/** The body of a response by how it is sent. An adapter switches on `kind` and knows no response class. */
export type ResponseBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | ChunksBody
  | FileBody
  | TemplateBody;

/** What a response class makes of itself for an adapter. */
export interface ResponseParts {
  readonly statusCode: number;
  readonly headers: ResponseHeaders;
  readonly body: ResponseBody;
}

/** A header: its name in lower case, and its value or values. */
export interface HeaderField {
  readonly name: string;
  readonly value: string | string[];
}

/** What is the same of all streams of a route. */
export interface StreamParts {
  readonly statusCode: number;
  /** Those of the response class. Shared: not to be changed. */
  readonly headers: ResponseHeaders;
  /** The same, with those of the route, as a list. */
  readonly fields: readonly HeaderField[];
  readonly encoding: ChunkEncoding;
}
