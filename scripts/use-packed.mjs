// Lets the package in the current folder take Sluice's packages from packed files instead of the registry.
//
//   node scripts/use-packed.mjs <folder with the .tgz files>
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const packed = path.resolve(process.argv[2]);
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
manifest.overrides = {};
for (const file of readdirSync(packed)) {
  const [, name] = /^sluice-(.+)-\d+\.\d+\.\d+.*\.tgz$/.exec(file) ?? [];
  if (name === undefined || manifest.dependencies[`@sluice/${name}`] === undefined) continue;
  manifest.dependencies[`@sluice/${name}`] = `file:${path.join(packed, file)}`;
  // Also where one of them asks for another.
  manifest.overrides[`@sluice/${name}`] = `$@sluice/${name}`;
}
writeFileSync('package.json', `${JSON.stringify(manifest, undefined, 2)}\n`);
