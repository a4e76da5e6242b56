import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { Problem } from './problem.js';
import { readPage, type Page } from './read-page.js';

// `[text](target)` and images in one, `[name]: target`, and HTML's attributes.
const LINKS = [/\]\(\s*<?([^\s)>]+)/g, /^ {0,3}\[[^\]]+\]:\s+<?([^\s>]+)/gm, /\b(?:href|src)="([^"]*)"/g];
const OUTSIDE = /^(?:[a-z][a-z+.-]*:|\/\/)/i;

/** Finds links to files that are not there, and to headings that no page has. Links to other sites are not followed. */
export function checkLinks(page: Page, root: string): Problem[] {
  const problems: Problem[] = [];
  for (const { target, line } of eachLink(page)) {
    const problem = OUTSIDE.test(target) ? undefined : checkTarget(page, target, root);
    if (problem !== undefined)
      problems.push({ file: page.file, line, message: `link ${target}: ${problem}` });
  }
  return problems;
}

function* eachLink(page: Page): Generator<{ target: string; line: number }> {
  // What is blanked keeps its line breaks, so that positions go on telling the line.
  const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
  const text = page.prose
    .join('\n')
    .replaceAll(/<!--[^]*?-->/g, blank)
    .replaceAll(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, blank);
  for (const pattern of LINKS) {
    for (const match of text.matchAll(pattern)) {
      yield { target: match[1] ?? '', line: text.slice(0, match.index).split('\n').length };
    }
  }
}

function checkTarget(page: Page, target: string, root: string): string | undefined {
  const [address = '', anchor] = target.split('#', 2);
  const folder = address.startsWith('/') ? '' : path.dirname(page.file);
  const file = address === '' ? page.file : path.join(folder, decodeURIComponent(address));
  if (file.startsWith('..')) return 'it leads out of the repository';
  if (address !== '' && !existsSync(path.join(root, file))) return `there is no ${file}`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  const other = file === page.file ? page : readPage(file, readFileSync(path.join(root, file), 'utf8'));
  return readAnchors(other).has(decodeURIComponent(anchor)) ? undefined : `${file} has no heading #${anchor}`;
}

/** The anchors of a page, as GitHub makes them of its headings; one that is there already gets a number. */
function readAnchors(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { text } of page.headings) {
    const slug = text
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  for (const match of page.prose.join('\n').matchAll(/<a (?:id|name)="([^"]+)"/g))
    anchors.add(match[1] ?? '');
  return anchors;
}
