'use strict';
// A suite that needs something the machine lacks skips itself and says why in its title:
//   describe.skip('browser [SKIPPED: no Chromium; apt-get install chromium]', …)
// jest's own report only counts such tests. This one names them, with the reason, which holds the way to run them.
// With SLUICE_REQUIRE_ALL=1 (continuous integration) a skipped suite fails the run.
const path = require('node:path');

const marker = /\[SKIPPED: ([^\]]*)\]/;

class SkippedSuitesReporter {
  #rootDir;
  #error;

  constructor(globalConfig) {
    this.#rootDir = globalConfig.rootDir;
  }

  onRunComplete(_contexts, results) {
    const suites = new Map();
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status !== 'pending') continue;
        const depth = test.ancestorTitles.findIndex((title) => marker.test(title));
        if (depth === -1) continue;
        const titles = test.ancestorTitles.slice(0, depth + 1);
        const reason = marker.exec(titles[depth])[1];
        const name = titles.join(' > ').replace(marker, '').trim();
        const key = `${file.testFilePath}\n${name}`;
        const suite = suites.get(key) ?? {
          name,
          reason,
          file: path.relative(this.#rootDir, file.testFilePath),
          tests: 0,
        };
        suite.tests += 1;
        suites.set(key, suite);
      }
    }
    if (suites.size === 0) return;

    const lines = ['', 'Skipped suites:'];
    for (const { name, reason, file, tests } of suites.values()) {
      lines.push(`  ${name} (${file}, ${tests} ${tests === 1 ? 'test' : 'tests'})`, `    ${reason}`);
    }
    if (process.env.SLUICE_REQUIRE_ALL === '1') {
      lines.push('SLUICE_REQUIRE_ALL=1: nothing may be skipped, so the run fails.');
      this.#error = new Error(`${suites.size} skipped with SLUICE_REQUIRE_ALL=1`);
    }
    process.stderr.write(`${lines.join('\n')}\n\n`);
  }

  getLastError() {
    return this.#error;
  }
}

module.exports = SkippedSuitesReporter;
