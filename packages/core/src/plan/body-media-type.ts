import type { ErrorDetail } from '../errors/request-validation-error.js';
import type { SourceDescription } from '../metadata/source.js';
import type { UsableConverter } from '../validation/compile-converter.js';
import { refuse } from '../validation/converter.js';
import type { RequestInput } from './route-plan.js';

const FORMS: ReadonlySet<string> = new Set(['application/x-www-form-urlencoded', 'multipart/form-data']);

/** Whether a parameter reads a form: its values are text and files, of which a name may have several. */
export function isForm({ kind, mediaType }: SourceDescription): boolean {
  return kind === 'body' && mediaType !== undefined && FORMS.has(toEssence(mediaType));
}

/** Refuses a body by its content type, and gives whether it did. */
export type MediaTypeCheck = (request: RequestInput, faults: ErrorDetail[]) => boolean;

/** Compiles the check of the content type of a body; undefined where any will do. */
export function compileMediaTypeCheck(
  source: SourceDescription,
  compiled: UsableConverter,
): MediaTypeCheck | undefined {
  if (source.kind !== 'body') return undefined;
  if (source.mediaType !== undefined) {
    const wanted = toEssence(source.mediaType);
    return (request, faults) => {
      const given = request.headers['content-type'];
      const fits = typeof given === 'string' && toEssence(given) === wanted;
      return !fits && hasBody(request) && refuseMediaType(request, faults);
    };
  }
  // Other parsers of a host give text too: what is read by fields has to come as JSON.
  const needsJson = source.name !== undefined || (compiled.kind !== 'scalar' && !isBytes(source.type));
  if (!needsJson) return undefined;
  return (request, faults) =>
    typeof request.body === 'string' && !isJson(request) && refuseMediaType(request, faults);
}

function hasBody({ body }: RequestInput): boolean {
  return body !== undefined && body !== null;
}

function isBytes(type: unknown): boolean {
  return type === Buffer || type === Uint8Array;
}

function isJson({ headers }: RequestInput): boolean {
  const type = headers['content-type'];
  return typeof type !== 'string' || /^application\/(?:[^;\s]+\+)?json\s*(?:;|$)/i.test(type);
}

function refuseMediaType({ headers }: RequestInput, faults: ErrorDetail[]): true {
  // Several parameters may be read of one body.
  if (!faults.some(({ type }) => type === 'media_type')) {
    const msg = 'The body has a content type that this route does not read';
    refuse(faults, 'media_type', ['header', 'content-type'], msg, headers['content-type'] ?? null);
  }
  return true;
}

/** A media type without its parameters, such as the boundary of a form. */
function toEssence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
