/** One part of a body of several ranges. */
export interface BytePart {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Reads a body of `multipart/byteranges` by the grammar of RFC 2046 section 5.1.1, bytes for bytes, and knows nothing of lengths: parts
 * end where the boundary says.
 *
 * @throws Error when the body does not follow the grammar, or holds anything outside of its parts.
 */
export function readByteranges(contentType: string | undefined, body: Buffer): BytePart[] {
  const boundary = /^multipart\/byteranges; *boundary=(?:"([^"]{1,70})"|([\w'+.-]{1,70}))$/i.exec(
    contentType ?? '',
  );
  if (boundary === null) throw new Error(`no boundary in ${String(contentType)}`);
  const delimiter = `\r\n--${boundary[1] ?? boundary[2] ?? ''}`;
  // The line break before the first delimiter may be missing, since there is no preamble.
  const text = body.toString('latin1');
  const pieces = (text.startsWith('\r\n') ? text : `\r\n${text}`).split(delimiter);
  const [preamble, ...rest] = pieces;
  const epilogue = rest.pop();
  if (preamble !== '') throw new Error(`a preamble: ${JSON.stringify(preamble)}`);
  if (epilogue !== '--' && epilogue !== '--\r\n') throw new Error(`no end: ${JSON.stringify(epilogue)}`);
  return rest.map(toPart);
}

function toPart(piece: string): BytePart {
  const headEnd = piece.indexOf('\r\n\r\n');
  if (!piece.startsWith('\r\n') || headEnd === -1) throw new Error(`no part: ${JSON.stringify(piece)}`);
  const lines = piece.slice(2, headEnd).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const field = /^([\w-]+): *(.*)$/.exec(line);
      if (field === null) throw new Error(`no field: ${JSON.stringify(line)}`);
      return [(field[1] ?? '').toLowerCase(), field[2] ?? ''];
    }),
  );
  return { headers, body: Buffer.from(piece.slice(headEnd + 4), 'latin1') };
}
