import { AppScope, type AppScopeOptions } from '../dependencies/app-scope.js';
import { isRequestOwned } from './compile-parameter.js';

/** Makes the app scope of a server. */
export function createAppScope(options: Omit<AppScopeOptions, 'isRequestOwned'>): AppScope {
  return new AppScope({ ...options, isRequestOwned });
}
