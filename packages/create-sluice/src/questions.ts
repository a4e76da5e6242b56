import { DEFAULT_EXAMPLES } from './choose-examples.js';
import { packageManagers, type PackageManagerName } from './package-managers.js';
import { findFolderProblem } from './service-folder.js';
import type { Example } from './template.js';
import { UserError } from './user-error.js';

/** What a person is asked. */
export interface Questions {
  folder(): Promise<string>;
  packageManager(first: PackageManagerName): Promise<PackageManagerName>;
  examples(examples: readonly Example[]): Promise<readonly string[]>;
}

/** Asks at the terminal. Ctrl+C at a question is a UserError. */
export async function createQuestions(): Promise<Questions> {
  // An ES module only, so it is loaded when it is needed, which is not where flags say everything.
  const { isCancel, multiselect, select, text } = await import('@clack/prompts');
  const answered = <Answer>(answer: Answer): Exclude<Answer, symbol> => {
    if (isCancel(answer)) throw new UserError('cancelled; nothing was written');
    return answer as Exclude<Answer, symbol>;
  };
  return {
    folder: async () =>
      answered(
        await text({
          message: 'Which folder shall the service be in?',
          initialValue: 'my-service',
          validate: (given) => findFolderProblem(given ?? ''),
        }),
      ),
    packageManager: async (first) =>
      answered(
        await select({
          message: 'Which package manager?',
          initialValue: first,
          options: (Object.keys(packageManagers) as PackageManagerName[]).map((value) => ({ value })),
        }),
      ),
    examples: async (examples) =>
      answered(
        await multiselect({
          message: 'Which examples shall it have? (space chooses)',
          required: false,
          initialValues: [...DEFAULT_EXAMPLES],
          options: examples.map(({ name, hint }) => ({ value: name, hint })),
        }),
      ),
  };
}
