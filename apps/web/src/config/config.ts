import * as z from 'zod/mini';

/** Where the page finds its configuration: a file beside it, so that one build serves every environment. */
export const CONFIG_PATH = '/config.json';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'is not an address that begins with https:// or http://',
});
const text = z.string('is not a text').check(z.minLength(1, 'is empty'));

const configSchema = z.object(
  {
    /** The REST API: the HTTP API's URL, or the Function URL. */
    apiUrl: httpUrl,
    /** The WebSocket API, its stage included. */
    webSocketUrl: z.url({
      protocol: /^wss?$/,
      error: 'is not an address that begins with wss:// or ws://',
    }),
    /** How people sign in; absent where only the development sign-in is there. */
    firebase: z.optional(
      z.object(
        {
          apiKey: text,
          authDomain: text,
          projectId: text,
          /** The Firebase Auth emulator, on a developer's machine. */
          emulatorUrl: z.optional(httpUrl),
        },
        'is not an object',
      ),
    ),
    /** Whether the stack takes unsigned ID tokens, so that the development sign-in is offered. */
    development: z.boolean('is neither true nor false'),
  },
  'is not an object',
);

/** Where the stack is, and how people sign in. */
export type Config = z.output<typeof configSchema>;

/** The configuration is missing or wrong. The message says what was found, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration.
 *
 * @throws ConfigError when the file is missing, is not JSON, or lacks something
 * @throws TypeError of `fetch` when no response came: the network is gone
 */
export async function readConfig(send: typeof fetch = fetch): Promise<Config> {
  const response = await send(CONFIG_PATH);
  if (!response.ok) {
    throw new ConfigError(
      `${CONFIG_PATH} responded with ${response.status}. Deploy the file beside the pages; it says where the API is.`,
    );
  }
  const content = await response.text();
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new ConfigError(
      `${CONFIG_PATH} is not JSON: ${String(error)}. Its first characters are ${JSON.stringify(content.slice(0, 40))}.`,
    );
  }
  return parseConfig(value);
}

/** @throws ConfigError that names everything that is wrong */
export function parseConfig(value: unknown): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'} ${message}`,
  );
  throw new ConfigError(`${CONFIG_PATH} is not valid: ${faults.join('; ')}.`);
}
