import { expectedAnswers, type ExpectedAnswer } from './expected-answers.js';

/** How long an answer may take, in milliseconds. */
const ANSWER_TIMEOUT = 5000;

/** What an application answers to each request, by its title; to be compared with `allExpected`. */
export async function askAll(url: string): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {};
  for (const expected of expectedAnswers) answers[expected.title] = await ask(url, expected);
  return answers;
}

async function ask(url: string, expected: ExpectedAnswer) {
  const response = await request(url, expected.request, expected);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json;') === true;
  const names = Object.keys(expected.answerHeaders);
  return {
    status: response.status,
    answerHeaders: Object.fromEntries(names.map((name) => [name, response.headers.get(name)])),
    answer: isJson ? (JSON.parse(text) as unknown) : text,
  };
}

/** Sends a request, `POST /items`, with a body as JSON. */
export async function request(
  url: string,
  methodAndPath: string,
  { headers, body }: Pick<ExpectedAnswer, 'headers' | 'body'> = {},
): Promise<Response> {
  const [method, address] = methodAndPath.split(' ');
  return fetch(`${url}${address!}`, {
    method: method!,
    headers: body === undefined ? { ...headers } : { ...headers, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(ANSWER_TIMEOUT),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
