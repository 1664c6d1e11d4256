import type { ApiClient } from '@blogapp/api-client';
import { writingClient } from '../api/index.ts';
import { loadConfig } from '../config/index.ts';
import { sessionFetch, sessionStore } from '../session/index.ts';

let made: ApiClient | undefined;

/**
 * The API's client for the signed-in user.
 *
 * @throws what `loadConfig` throws
 */
export async function apiOfSession(): Promise<ApiClient> {
  made ??= writingClient(await loadConfig(), sessionStore.token, sessionFetch(sessionStore));
  return made;
}
