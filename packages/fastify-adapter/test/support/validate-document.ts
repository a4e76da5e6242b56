import { spawnSync } from 'node:child_process';
import path from 'node:path';

// An ES module that finds its schemas by its own address, which jest's CommonJS cannot load: it runs in a process of its own.
const SCRIPT = `
import { Validator } from '@seriousme/openapi-schema-validator';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(text));
console.log(JSON.stringify({ valid, errors, version: validator.version }));
`;

/** Validates an OpenAPI document against the schema of its version, and gives that version or throws what is wrong. */
export function validateDocument(document: unknown): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: path.join(__dirname, '..', '..'),
    input: JSON.stringify(document),
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  const { valid, errors, version } = JSON.parse(stdout) as {
    valid: boolean;
    errors: unknown;
    version: string;
  };
  if (!valid) throw new Error(`the document is not valid: ${JSON.stringify(errors, null, 1)}`);
  return version;
}
