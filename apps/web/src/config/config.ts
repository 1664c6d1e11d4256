import * as z from 'zod/mini';

/**
 * The path of the configuration: a file beside the pages, so that one build serves every
 * environment.
 */
export const CONFIG_PATH = '/config.json';

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'is not an address that begins with https:// or http://',
});
const text = z.string('is not a text').check(z.minLength(1, 'is empty'));

const configSchema = z.object(
  {
    /** The URL of the REST API: the HTTP API's, or the Function URL. */
    apiUrl: httpUrl,
    /** The URL of the WebSocket API, with its stage. */
    webSocketUrl: z.url({
      protocol: /^wss?$/,
      error: 'is not an address that begins with wss:// or ws://',
    }),
    /** The Firebase project for signing in; absent when there is only the development sign-in. */
    firebase: z.optional(
      z.object(
        {
          apiKey: text,
          authDomain: text,
          projectId: text,
          /** The URL of the Firebase Auth emulator, on a developer's machine. */
          emulatorUrl: z.optional(httpUrl),
        },
        'is not an object',
      ),
    ),
    /**
     * Whether the stack accepts unsigned ID tokens, so that the page offers the development
     * sign-in.
     */
    development: z.boolean('is neither true nor false'),
  },
  'is not an object',
);

/** The addresses of the stack, and how people sign in. */
export type Config = z.output<typeof configSchema>;

/** The configuration is missing or wrong. The message says what was found, and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration.
 *
 * @throws ConfigError when the file is missing, is not JSON, or is not valid
 * @throws TypeError of `fetch` when no response came, because there is no network
 */
export async function readConfig(send: typeof fetch = fetch): Promise<Config> {
  const response = await send(CONFIG_PATH);
  if (!response.ok) {
    throw new ConfigError(
      `${CONFIG_PATH} responded with ${response.status}. Deploy the file beside the pages; it has the addresses of the APIs.`,
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

/** Checks a configuration. @throws ConfigError that names all faults */
export function parseConfig(value: unknown): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the file'} ${message}`,
  );
  throw new ConfigError(`${CONFIG_PATH} is not valid: ${faults.join('; ')}.`);
}
