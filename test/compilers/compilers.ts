import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { transformFile } from '@swc/core';

import { runNode } from './run-node.js';

// `app` is a package of the workspace, as the package of a user would be: its own node_modules leads to the packages and
// their builds, and Node and every compiler find them there, from the sources in `app/src` and from what is compiled
// into `app/dist` alike.
export const appFolder = path.join(__dirname, 'app');
const tsc = require.resolve('typescript/bin/tsc');

/** The application as one compiler made it, ready to run. */
export interface CompiledApp {
  /** Options of Node. */
  readonly nodeOptions: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The file to run. */
  readonly main: string;
}

export interface Compiler {
  readonly name: string;
  /** Whether it writes the types of parameters (`emitDecoratorMetadata`). */
  readonly writesTypes: boolean;
  /** Compiles the sources of the application, in one folder, into another one that is there and empty. */
  readonly compile: (sources: string, folder: string) => Promise<CompiledApp>;
}

export const compilers: readonly Compiler[] = [
  {
    name: 'tsc, ES2022',
    writesTypes: true,
    // With its type check, and so against the declarations that the packages publish.
    compile: (sources, folder) => compileByTsc(sources, folder, { target: 'ES2022' }),
  },
  {
    name: 'tsc, ES2017',
    writesTypes: true,
    // An async generator method is a plain function here, which gives an iterator. Types are those that were checked.
    compile: (sources, folder) => compileByTsc(sources, folder, { target: 'ES2017', noCheck: true }),
  },
  {
    name: 'swc, es2022',
    writesTypes: true,
    compile: (sources, folder) => compileBySwc(sources, folder, 'es2022', 'commonjs'),
  },
  {
    name: 'swc, es2017',
    writesTypes: true,
    compile: (sources, folder) => compileBySwc(sources, folder, 'es2017', 'commonjs'),
  },
  {
    name: 'swc, es2022, ES modules',
    writesTypes: true,
    compile: (sources, folder) => compileBySwc(sources, folder, 'es2022', 'es6'),
  },
  { name: 'esbuild, by tsx', writesTypes: false, compile: prepareForTsx },
];

/** What compilers that read a tsconfig.json are told; `useDefineForClassFields` is left as the target has it. */
const compilerOptions = {
  module: 'NodeNext',
  lib: ['ES2023'],
  types: ['node'],
  strict: true,
  esModuleInterop: true,
  skipLibCheck: true,
  experimentalDecorators: true,
};

async function compileByTsc(
  sources: string,
  folder: string,
  options: { readonly target: string; readonly noCheck?: boolean },
): Promise<CompiledApp> {
  const output = { emitDecoratorMetadata: true, rootDir: sources, outDir: folder };
  await writeConfig(sources, folder, { ...compilerOptions, ...options, ...output });
  await runNode([tsc, '-p', folder], folder);
  return { nodeOptions: [], environment: {}, main: path.join(folder, 'main.js') };
}

async function compileBySwc(
  sources: string,
  folder: string,
  target: 'es2022' | 'es2017',
  type: 'commonjs' | 'es6',
): Promise<CompiledApp> {
  const compileFile = async (file: string): Promise<void> => {
    const { code } = await transformFile(path.join(sources, file), {
      configFile: false,
      swcrc: false,
      jsc: {
        target,
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type },
    });
    await writeFile(path.join(folder, file.replace(/\.ts$/, '.js')), code);
  };
  const kind = JSON.stringify({ type: type === 'es6' ? 'module' : 'commonjs' });
  await writeFile(path.join(folder, 'package.json'), kind);
  await Promise.all((await readdir(sources)).map(compileFile));
  return { nodeOptions: [], environment: {}, main: path.join(folder, 'main.js') };
}

/** tsx compiles each file as it is loaded. It takes a tsconfig.json only for files that this one includes. */
async function prepareForTsx(sources: string, folder: string): Promise<CompiledApp> {
  const config = await writeConfig(sources, folder, { ...compilerOptions, target: 'ES2022' });
  return {
    // Not the tsx program, which would start a second process.
    nodeOptions: ['--import', pathToFileURL(require.resolve('tsx')).href],
    environment: { TSX_TSCONFIG_PATH: config, TSX_DISABLE_CACHE: '1' },
    main: path.join(sources, 'main.ts'),
  };
}

async function writeConfig(
  sources: string,
  folder: string,
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const file = path.join(folder, 'tsconfig.json');
  await writeFile(file, JSON.stringify({ compilerOptions: options, include: [`${sources}/**/*`] }));
  return file;
}
