// What is compiled of classes with a base decides and builds as class-transformer and class-validator do.
import { compareWithLibraries, inheritingClass } from '../../test/support/compare-with-libraries.js';

test('gives the same verdicts, places of faults and instances', async () => {
  await compareWithLibraries(inheritingClass, 40_000);
}, 120_000);
