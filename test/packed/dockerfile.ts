import { cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';

import { runCommand } from './run-command.js';

/** One instruction of a Dockerfile, `RUN npm ci`. */
export interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** Reads a Dockerfile as far as the one of a new service goes: one instruction a line. */
export function readDockerfile(text: string): Instruction[] {
  return text.split('\n').flatMap((line) => {
    const [, word, rest] = /^([A-Z]+) +(.+)$/.exec(line) ?? [];
    return word === undefined || rest === undefined ? [] : [{ word, rest }];
  });
}

export interface BuildOptions {
  /** What is sent to the builder: the service, without what its .dockerignore names. */
  readonly context: string;
  /** Where the files of each stage go, `/app` of the first one into `0/app`. */
  readonly target: string;
  /** Does a command of RUN in place of a shell; false lets the shell do it. */
  readonly instead: (command: string, folder: string) => Promise<boolean>;
}

/** What an image starts with. */
export interface Image {
  /** The folder that is its working directory. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** Carries out a Dockerfile without Docker: the files of each stage in a folder of their own, on this system. */
export async function buildImage(
  instructions: readonly Instruction[],
  options: BuildOptions,
): Promise<Image> {
  const { context, target, instead } = options;
  const stages = new Map<string, string>();
  let stage = '';
  let folder = '';
  let image: Omit<Image, 'folder'> = { environment: {}, command: [] };
  for (const { word, rest } of instructions) {
    switch (word) {
      case 'FROM':
        stage = path.join(target, String(stages.size));
        stages.set(/ AS (\w+)$/.exec(rest)?.[1] ?? String(stages.size), stage);
        image = { environment: {}, command: [] };
        break;
      case 'WORKDIR':
        folder = path.join(stage, rest);
        mkdirSync(folder, { recursive: true });
        break;
      case 'COPY': {
        const [, from, sources = ''] = /^(?:--from=(\w+) )?(.+) \.\/?$/.exec(rest) ?? [];
        const start = from === undefined ? context : stages.get(from)!;
        for (const source of sources.split(' ')) {
          const to = from === undefined ? source : '.';
          cpSync(path.join(start, source), path.join(folder, to), {
            recursive: true,
            verbatimSymlinks: true,
          });
        }
        break;
      }
      case 'RUN':
        // What an image has at its root this system has elsewhere.
        if (/^mkdir \/\w+ && chown \S+ \/\w+$/.test(rest) || (await instead(rest, folder))) break;
        await runCommand('sh', ['-ec', rest], { cwd: folder });
        break;
      case 'ENV':
        image = { ...image, environment: { ...image.environment, ...toVariables(rest) } };
        break;
      case 'CMD':
        image = { ...image, command: JSON.parse(rest) as string[] };
        break;
      case 'USER':
      case 'VOLUME':
      case 'EXPOSE':
        break;
      default:
        throw new Error(`a Dockerfile with ${word} is not carried out here`);
    }
  }
  return { ...image, folder };
}

function toVariables(text: string): Record<string, string> {
  return Object.fromEntries(text.split(' ').map((each) => each.split('=', 2) as [string, string]));
}
