'use strict';
// On Node 20 jest cannot load a dependency that exists as an ES module only; plain Node can. Fastify's inject and
// some of its plugins have such dependencies, so jest gets those few as CommonJS, and import() as require().
const ts = require('typescript');

const needsIt = /^\s*(?:import|export)\b|\bimport\(/m;

module.exports = {
  process(source, file) {
    if (!needsIt.test(source)) return { code: source };
    const { outputText } = ts.transpileModule(source, {
      fileName: file.replace(/\.m?js$/, '.ts'),
      compilerOptions: {
        module: ts.ModuleKind.CommonJS,
        target: ts.ScriptTarget.ES2022,
        esModuleInterop: true,
      },
    });
    return { code: outputText };
  },
};
