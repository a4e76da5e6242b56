import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(
  ['AbortController', 'Buffer', 'URL', 'clearTimeout', 'console', 'fetch', 'process', 'setTimeout'].map(
    (name) => [name, 'readonly'],
  ),
);

const browserGlobals = Object.fromEntries(
  [
    'AbortController',
    'Blob',
    'Event',
    'EventSource',
    'HTMLLinkElement',
    'HTMLScriptElement',
    'IntersectionObserver',
    'MutationObserver',
    'ResizeObserver',
    'TextDecoder',
    'URL',
    'URLSearchParams',
    'addEventListener',
    'btoa',
    'crypto',
    'document',
    'fetch',
    'location',
    'navigator',
    'performance',
    'reportError',
    'sessionStorage',
    'setTimeout',
    'window',
  ].map((name) => [name, 'readonly']),
);

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '**/coverage/',
      '.packed/',
      'api-docs/',
      'packages/create-sluice/own/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs}'],
    ignores: ['apps/*/public/'],
    extends: [js.configs.recommended],
    languageOptions: { globals: nodeGlobals },
  },
  {
    files: ['apps/*/public/**/*.js'],
    extends: [js.configs.recommended],
    languageOptions: { globals: browserGlobals },
  },
  {
    files: ['**/*.cjs', 'examples/**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', __filename: 'readonly', module: 'writable', require: 'readonly' },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      // Off: a class that is imported for its type only is what decorator metadata reads at run time.
      '@typescript-eslint/consistent-type-imports': 'off',
      // A class without members but with decorators is a module or a controller, not a namespace.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Off: takes a constructor that narrows the type of a parameter for a useless one.
      '@typescript-eslint/no-useless-constructor': 'off',
      // Off: takes the type parameter that a decorator infers from its place for one that is used once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Off: a Fastify plugin is async whether it awaits or not.
      '@typescript-eslint/require-await': 'off',
      // Numbers in a message print as meant; all other kinds stay forbidden.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `return fail(…)` in a function that says void ends it on purpose; a void value that is used stays an error.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // A decorated parameter may be there for its decorator alone.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.test.ts', '**/test/**/*.ts'],
    rules: {
      // Shows a fault of the test at its own line in any case.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // A class without members serves as a token or a type.
      '@typescript-eslint/no-extraneous-class': 'off',
      // A generator without a yield, or one that nobody reads, is a case to test.
      'require-yield': 'off',
    },
  },
);
