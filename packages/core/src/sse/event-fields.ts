/** The fields of a server-sent event (WHATWG HTML, section 9.2.6). */
export interface ServerSentEventFields {
  /** Any JSON value, sent as JSON; a string too, with its quotes. Not together with `rawData`. */
  data?: unknown;
  /** Text that is sent as it is, one `data:` line for each of its lines. Not together with `data`. */
  rawData?: string | undefined;
  /** Name of the event, which a browser dispatches it by; without CR, LF and NUL. */
  event?: string | undefined;
  /** What a client that reconnects sends as `Last-Event-ID`; without CR, LF and NUL. */
  id?: string | undefined;
  /** How long a client waits before it reconnects, in milliseconds, an integer from 0. */
  retry?: number | undefined;
  /** Text for the reader of the wire; clients ignore it. */
  comment?: string | undefined;
}
