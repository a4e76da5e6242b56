import type { Problem } from './problem.js';

/** A fenced block of code. */
export interface Block {
  /** Number of its first line of code. */
  readonly line: number;
  /** What stands behind the fence that opens it: `ts no-run`. */
  readonly info: string;
  readonly code: string;
  /** Text of the HTML comment right before it. */
  readonly comment: string | undefined;
}

interface Heading {
  readonly line: number;
  readonly level: number;
  readonly text: string;
}

/** A markdown page, taken apart. */
export interface Page {
  /** Path from the root of the repository, with slashes. */
  readonly file: string;
  readonly blocks: readonly Block[];
  readonly headings: readonly Heading[];
  /** Its lines, with empty ones in place of blocks. */
  readonly prose: readonly string[];
  /** What hides code from this reader. */
  readonly problems: readonly Problem[];
}

interface Fence {
  readonly indent: number;
  readonly marks: string;
  readonly info: string;
  readonly line: number;
}

// CommonMark 0.31 section 4.5, with any indentation, since a block may be part of a list.
const FENCE = /^( *)(`{3,}|~{3,})\s*([^`]*)$/;
const COMMENT_AT_END = /<!--((?:(?!-->)[^])*)-->\s*$/;

/** Takes a markdown page apart. */
export function readPage(file: string, text: string): Page {
  const blocks: Block[] = [];
  const headings: Heading[] = [];
  const prose: string[] = [];
  const problems: Problem[] = [];
  let fence: Fence | undefined;
  let code: string[] = [];
  let end = 0;

  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (fence !== undefined) {
      if (closes(content, fence)) {
        const before = prose.slice(end, fence.line - 1).join('\n');
        const comment = COMMENT_AT_END.exec(before)?.[1]?.trim();
        blocks.push({ line: fence.line + 1, info: fence.info, code: code.join('\n'), comment });
        fence = undefined;
        end = line;
      } else {
        code.push(content.replace(new RegExp(`^ {0,${fence.indent}}`), ''));
      }
      prose.push('');
      continue;
    }
    const [, indent, marks, info] = FENCE.exec(content) ?? [];
    if (indent !== undefined && marks !== undefined && info !== undefined) {
      fence = { indent: indent.length, marks, info: info.trim(), line };
      code = [];
      prose.push('');
      continue;
    }
    if (/^ {0,3}>.*(?:```|~~~)/.test(content)) {
      problems.push({ file, line, message: 'a block of code inside a quote is not checked: move it out' });
    }
    const [, hashes, title] = /^(#{1,6}) +(.*?)(?: +#+)?$/.exec(content) ?? [];
    if (hashes !== undefined && title !== undefined) {
      headings.push({ line, level: hashes.length, text: title });
    }
    prose.push(content);
  }
  if (fence !== undefined)
    problems.push({ file, line: fence.line, message: 'a block of code is not closed' });
  return { file, blocks, headings, prose, problems };
}

function closes(content: string, { marks }: Fence): boolean {
  const closing = content.trim();
  return closing.length >= marks.length && closing === marks.charAt(0).repeat(closing.length);
}
