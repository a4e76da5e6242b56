#!/usr/bin/env node
import path from 'node:path';

import { createQuestions } from './questions.js';
import { run } from './run.js';
import { UserError } from './user-error.js';

/** Shows the cursor, which a question hides while it is asked. */
const SHOW_CURSOR = '\u001b[?25h';

function fail(error: unknown): void {
  // Where in the code it was found helps nobody.
  console.error(error instanceof UserError ? `create-sluice: ${error.message}` : error);
  process.exitCode = 1;
}

// Ctrl+D closes the terminal's input, and the question that was open is never answered: nothing is left to wait for.
const leave = (): void => {
  process.stdout.write(`${SHOW_CURSOR}\n`);
  fail(new UserError('cancelled; nothing was written'));
};
process.once('beforeExit', leave);

run({
  templateFolder: path.join(__dirname, 'template'),
  args: process.argv.slice(2),
  userAgent: process.env.npm_config_user_agent,
  ask: process.stdin.isTTY && process.stdout.isTTY ? createQuestions : undefined,
  print: (text) => process.stdout.write(text),
})
  .catch(fail)
  .finally(() => process.off('beforeExit', leave));
