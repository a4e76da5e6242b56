import { SettingsError } from '../settings.js';

/** Waits for what needs Redis; an error says which setting of this service it is about. */
export async function nameSetting<Value>(opening: Promise<Value>): Promise<Value> {
  try {
    return await opening;
  } catch (error) {
    throw new SettingsError(`REDIS_URL: ${(error as Error).message}`, { cause: error });
  }
}
