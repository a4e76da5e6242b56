import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

// An ES module that finds its schemas by its own address, which jest's CommonJS cannot load: it runs in a process of its own.
const SCRIPT = `
const { Validator } = await import(process.argv[1]);
let text = '';
for await (const chunk of process.stdin) text += chunk;
const validator = new Validator();
const { valid, errors } = await validator.validate(JSON.parse(text));
console.log(JSON.stringify({ valid, errors, version: validator.version }));
`;

const VALIDATOR = require.resolve('@seriousme/openapi-schema-validator');

/** Validates an OpenAPI document against the schema of its version, and gives that version or throws what is wrong. */
export function validateDocument(document: unknown): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', SCRIPT, pathToFileURL(VALIDATOR).href],
    {
      input: JSON.stringify(document),
      encoding: 'utf8',
    },
  );
  if (stdout === '') throw new Error(stderr);
  const { valid, errors, version } = JSON.parse(stdout) as {
    valid: boolean;
    errors: unknown;
    version: string;
  };
  if (!valid) throw new Error(`the document is not valid: ${JSON.stringify(errors, null, 1)}`);
  return version;
}
