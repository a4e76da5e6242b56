// What is compiled of classes with others in them decides and builds as class-transformer and class-validator do.
import { compareWithLibraries, nestedClass } from '../../test/support/compare-with-libraries.js';

test('gives the same verdicts, places of faults and instances', async () => {
  await compareWithLibraries(nestedClass, 20_000);
}, 120_000);
