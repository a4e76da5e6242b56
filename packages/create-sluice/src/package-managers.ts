export type PackageManagerName = 'npm' | 'pnpm' | 'yarn';

/** A package manager's own words. */
export interface PackageManager {
  readonly install: string;
  /** Runs a script of package.json, whose name follows. */
  readonly run: string;
  /** In the Dockerfile: what is copied before the installation, how it is done, and what takes out development's packages. */
  readonly lockfiles: string;
  readonly ci: string;
  readonly prune: string;
  /** Files that it needs beside package.json. */
  readonly files: Readonly<Record<string, string>>;
}

// They come with what they need for each platform, and need no script of theirs; that of BullMQ is a matter of speed.
const PNPM_WORKSPACE = `# pnpm asks of each dependency that has a build script whether it may run. These have their binaries with them.
allowBuilds:
  classic-level: false
  esbuild: false
  msgpackr-extract: false
`;

// On Node 20 there would be no installation: Fastify itself asks for a package that names a later Node, and works on 20.
const YARNRC = `# Yarn 1 refuses a package, at any depth, that says it wants a later Node; others warn of it at most.
ignore-engines true
`;

export const packageManagers: Readonly<Record<PackageManagerName, PackageManager>> = {
  npm: {
    install: 'npm install',
    run: 'npm run',
    lockfiles: 'package.json package-lock.json',
    ci: 'npm ci',
    prune: 'npm prune --omit=dev',
    files: {},
  },
  pnpm: {
    install: 'pnpm install',
    run: 'pnpm run',
    lockfiles: 'package.json pnpm-lock.yaml pnpm-workspace.yaml',
    ci: 'npx --yes pnpm@12 install --frozen-lockfile',
    prune: 'npx --yes pnpm@12 prune --prod',
    // Prettier would write the lockfile another way than pnpm does; with those of the others it has no quarrel.
    files: { 'pnpm-workspace.yaml': PNPM_WORKSPACE, '.prettierignore': 'pnpm-lock.yaml\n' },
  },
  yarn: {
    install: 'yarn install',
    run: 'yarn run',
    lockfiles: 'package.json yarn.lock .yarnrc .yarnrc.yml',
    ci: 'yarn install --frozen-lockfile',
    prune: 'yarn install --production --frozen-lockfile',
    // The first is for Yarn 1 alone, the second for Yarn 2 and later.
    files: { '.yarnrc': YARNRC, '.yarnrc.yml': 'nodeLinker: node-modules\n' },
  },
};

/** Whether this is the name of one. */
export function isPackageManager(name: string): name is PackageManagerName {
  return Object.hasOwn(packageManagers, name);
}

/** The one that runs this process, as far as it tells: `npm create`, `pnpm create` and `yarn create` do. */
export function findPackageManager(userAgent: string | undefined): PackageManagerName {
  const name = userAgent?.split('/', 1)[0] ?? '';
  return isPackageManager(name) ? name : 'npm';
}
