#!/usr/bin/env node
import path from 'node:path';

import { createQuestions } from './questions.js';
import { run } from './run.js';
import { UserError } from './user-error.js';

run({
  templateFolder: path.join(__dirname, 'template'),
  args: process.argv.slice(2),
  userAgent: process.env.npm_config_user_agent,
  ask: process.stdin.isTTY && process.stdout.isTTY ? createQuestions : undefined,
  print: (text) => process.stdout.write(text),
}).catch((error: unknown) => {
  // Where in the code it was found helps nobody.
  console.error(error instanceof UserError ? `create-sluice: ${error.message}` : error);
  process.exitCode = 1;
});
