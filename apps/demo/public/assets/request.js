/**
 * The request that a form stands for. A field goes into the path where that has a place for it, else into the headers
 * (`data-in="header"`), the query (GET) or a JSON body. A field of the query or the headers that is empty is left out, and
 * one without a name is none of the request's.
 */
export function toRequest(form) {
  const method = form.dataset.method ?? 'GET';
  let path = form.getAttribute('action');
  const query = new URLSearchParams();
  const headers = {};
  const body = {};
  for (const field of form.querySelectorAll('input[name], select[name]')) {
    const { name, value } = field;
    if (path.includes(`{${name}}`)) path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (method === 'GET') {
      if (value === '') continue;
      if (field.dataset.in === 'header') headers[name] = value;
      else query.set(name, value);
    } else body[name] = field.dataset.type === 'number' ? toNumber(value) : value;
  }
  if (query.size > 0) path += `?${query}`;
  if (method !== 'POST') return { method, path, headers };
  return {
    method,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** Text that is no number stays as it is, and nothing is left out: the service says what is wrong with it. */
function toNumber(text) {
  if (text.trim() === '') return undefined;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

/** The same request as a command for a POSIX shell. */
export function toCurl({ method, path, headers, body }, options) {
  const words = ['curl -i'];
  if (options !== undefined) words.push(options);
  // -d makes it a POST.
  if (method !== 'GET' && body === undefined) words.push(`-X ${method}`);
  for (const [name, value] of Object.entries(headers)) words.push(`-H ${quote(`${name}: ${value}`)}`);
  if (body !== undefined) words.push(`-d ${quote(body)}`);
  words.push(quote(new URL(path, location.href).href));
  return words.join(' ');
}

function quote(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The service is not there, or went away before the end of its answer. */
export class NoAnswerError extends Error {
  name = 'NoAnswerError';
}

/** Sends a request. The browser's cache stays out of it: what is shown is what the service answered just now. */
export function send({ method, path, headers, body, signal }) {
  return fetch(path, { method, headers, body, signal, cache: 'no-store' }).catch(toNoAnswer);
}

/** The whole body of an answer. */
export function readBytes(response) {
  return response.arrayBuffer().catch(toNoAnswer);
}

/** The whole body of an answer as text. */
export async function readText(response) {
  return new TextDecoder().decode(await readBytes(response));
}

/** The body of an answer as it arrives. */
export async function* readChunks(response) {
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(toNoAnswer);
    if (done) return;
    yield value;
  }
}

/** Browsers give a TypeError for what the network did; one of the page's own must not pass for it. */
function toNoAnswer(error) {
  throw error.name === 'AbortError' ? error : new NoAnswerError(error.message, { cause: error });
}
