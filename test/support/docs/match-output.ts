const STATUS_LINE = /^HTTP\/[\d.]+ \d{3}/;

/**
 * Compares what a command printed with what a page says, line by line.
 *
 * `…` stands for any text in a line, and alone on a line for any lines. Of a response's head, header lines may be left
 * out; what ends inside the head says nothing of the body.
 *
 * @returns The first line of the page that nothing matches, `end of output` where more was printed, or undefined.
 */
export function findMismatch(
  expectedLines: readonly string[],
  printedLines: readonly string[],
): string | undefined {
  const expected = trimEnd(expectedLines);
  const printed = trimEnd(printedLines);
  const head = findHead(printed);
  const failed = new Set<string>();
  let furthest = 0;

  const matches = (at: number, from: number): boolean => {
    const key = `${at} ${from}`;
    if (failed.has(key)) return false;
    furthest = Math.max(furthest, at);
    if (matchesHere(at, from)) return true;
    failed.add(key);
    return false;
  };
  const matchesHere = (at: number, from: number): boolean => {
    const line = expected[at];
    if (line === undefined) return from >= printed.length || head[from] !== 'body';
    if (line === '…') {
      for (let next = from; next <= printed.length; next += 1) if (matches(at + 1, next)) return true;
      return false;
    }
    const candidate = printed[from];
    if (candidate === undefined) return false;
    return (
      (toPattern(line).test(candidate) && matches(at + 1, from + 1)) ||
      (head[from] === 'field' && matches(at, from + 1))
    );
  };

  return matches(0, 0) ? undefined : (expected[furthest] ?? 'end of output');
}

/** Which part of a response each line is: several heads may follow each other, of redirects. */
function findHead(lines: readonly string[]): ('status' | 'field' | 'end' | 'body')[] {
  let inHead = false;
  let mayBegin = true;
  return lines.map((line) => {
    if (inHead) {
      inHead = line !== '';
      mayBegin = !inHead;
      return inHead ? 'field' : 'end';
    }
    inHead = mayBegin && STATUS_LINE.test(line);
    mayBegin = false;
    return inHead ? 'status' : 'body';
  });
}

/** Without white space at the ends of lines, which editors remove, and without empty lines at the end. */
function trimEnd(lines: readonly string[]): string[] {
  const trimmed = lines.map((line) => line.trimEnd());
  while (trimmed.at(-1) === '') trimmed.pop();
  return trimmed;
}

function toPattern(line: string): RegExp {
  const parts = line.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`);
}
