import type * as ClassTransformer from 'class-transformer';
import type { MetadataStorage } from 'class-transformer/types/MetadataStorage.js';
import type * as ClassValidator from 'class-validator';

// Loaded when the first model is compiled: both take 150 ms of a start and heap of a process that may have no model.
/* eslint-disable @typescript-eslint/no-require-imports -- the only way to load when asked for, and at once */

export function classValidator(): typeof ClassValidator {
  return require('class-validator') as typeof ClassValidator;
}

export function classTransformer(): typeof ClassTransformer {
  return require('class-transformer') as typeof ClassTransformer;
}

/** What the decorators of class-transformer wrote; published without types at this path. */
export function transformerStorage(): MetadataStorage {
  return (require('class-transformer/cjs/storage.js') as { readonly defaultMetadataStorage: MetadataStorage })
    .defaultMetadataStorage;
}
