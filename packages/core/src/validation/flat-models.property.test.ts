// What is compiled of classes without others in them decides and builds as class-transformer and class-validator do.
import { compareWithLibraries, flatClass } from '../../test/support/compare-with-libraries.js';

test('gives the same verdicts, places of faults and instances', async () => {
  await compareWithLibraries(flatClass, 40_000);
}, 120_000);
