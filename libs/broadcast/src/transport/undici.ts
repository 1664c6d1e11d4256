import type { buildConnector as BuildConnector, Client as ClientClass } from 'undici';
// @ts-expect-error undici types only its index
import connector from 'undici/lib/core/connect.js';
// @ts-expect-error undici types only its index
import client from 'undici/lib/dispatcher/client.js';

/**
 * The two parts of undici that are used here, from their own modules: its index loads fetch,
 * caches, mocks and more, which is half of the bundle (250 KB) and of the time it takes to load.
 */
export const Client = client as typeof ClientClass;
export const buildConnector = connector as typeof BuildConnector;
