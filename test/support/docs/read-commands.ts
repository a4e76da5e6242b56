import type { Block } from './read-page.js';

/** One command of a console block, and what it prints. */
export interface Command {
  readonly line: number;
  /** Without the prompt; lines that a backslash continues are one. */
  readonly text: string;
  readonly expected: readonly string[];
}

const PROMPT = '$ ';

/** Reads the commands of a console block; lines before the first prompt belong to a command without text. */
export function readCommands({ code, line }: Pick<Block, 'code' | 'line'>): Command[] {
  const commands: { line: number; text: string; expected: string[] }[] = [];
  let continued = false;
  for (const [index, content] of code.split('\n').entries()) {
    const last = commands.at(-1);
    if (continued && last !== undefined) last.text = `${last.text.slice(0, -1)}${content.trimStart()}`;
    else if (content.startsWith(PROMPT)) {
      commands.push({ line: line + index, text: content.slice(PROMPT.length).trim(), expected: [] });
    } else if (last === undefined) commands.push({ line: line + index, text: '', expected: [content] });
    else last.expected.push(content);
    continued = commands.at(-1)?.expected.length === 0 && content.endsWith('\\');
  }
  return commands;
}

/** Why a command cannot be run by the harness, or would not do what it says in a reader's shell. */
export function findCommandProblem(command: string): string | undefined {
  if (command === '') return 'a console block begins with a command: $ curl …';
  if (!command.startsWith('curl ')) return 'only curl is run: write other commands in a sh block';
  if (/"[^"]*[$`\\!][^"]*"/.test(command.replaceAll(/'[^']*'/g, ''))) {
    return 'in double quotes a shell reads $, `, \\ and ! itself: use single quotes';
  }
  const unquoted = command.replaceAll(/'[^']*'|"[^"]*"/g, 'quoted');
  if (/[&?*[\]{}!]/.test(unquoted)) return 'quote what a shell would read itself: & ? * [ ] { } !';
  if (/[|;<>$`()'"\\#]/.test(unquoted)) return 'one command without pipes, redirections and variables is run';
  if (!/\b(?:127\.0\.0\.1|localhost):3000\b/.test(command))
    return 'the address is 127.0.0.1:3000 or localhost:3000';
  return undefined;
}
