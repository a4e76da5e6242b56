import path from 'node:path';

import ts from 'typescript';

const root = path.join(__dirname, '..', '..', '..');

/** A fault that the compiler found in a file. */
export interface TypeFault {
  /** Counted from 0. */
  readonly line: number;
  readonly message: string;
}

/** Checks the types of files, all in one program, with the options that the sources are checked with, and others. */
export function checkTypes(
  files: readonly string[],
  others: ts.CompilerOptions = {},
): ReadonlyMap<string, readonly TypeFault[]> {
  const options: ts.CompilerOptions = {
    ...readOptions(),
    ...others,
    // A block without imports is a module of its own too, so that its names are not those of another block.
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  const program = ts.createProgram(files, options);
  return new Map(
    files.map((file) => {
      const source = program.getSourceFile(file);
      const diagnostics = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      return [file, diagnostics.map(toFault)];
    }),
  );
}

function readOptions(): ts.CompilerOptions {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    // Only its options are used, so its files are not looked for.
    readDirectory: () => [],
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(toFault(diagnostic).message);
    },
  };
  const parsed = ts.getParsedCommandLineOfConfigFile(path.join(root, 'tsconfig.json'), {}, host);
  if (parsed === undefined) throw new Error('tsconfig.json cannot be read');
  return parsed.options;
}

function toFault({ file, start, code, messageText }: ts.Diagnostic): TypeFault {
  return {
    line: file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line,
    message: `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
  };
}
