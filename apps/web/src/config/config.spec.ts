/** @jest-environment node */
import { ConfigError, parseConfig, readConfig } from './config.ts';

const config = {
  apiUrl: 'https://api.example',
  webSocketUrl: 'wss://ws.example/production',
  firebase: { apiKey: 'key', authDomain: 'blog.example', projectId: 'blog' },
  development: false,
};

const responding =
  (body: string, status = 200): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));

test('reads the configuration beside the page', async () => {
  expect(await readConfig(responding(JSON.stringify(config)))).toEqual(config);
});

test('accepts a configuration without Firebase, and one with its emulator', () => {
  const { firebase, ...bare } = config;
  expect(parseConfig(bare)).toEqual(bare);
  const emulated = { ...config, firebase: { ...firebase, emulatorUrl: 'http://127.0.0.1:9099' } };
  expect(parseConfig(emulated)).toEqual(emulated);
});

test.each([
  ['a missing file', '<html>', 404, /\/config\.json responded with 404/],
  ['an HTML page instead of the file', '<!DOCTYPE html>', 200, /is not JSON.*"<!DOCTYPE html>"/],
  ['another kind of JSON', '[]', 200, /the file is not an object/],
  [
    'everything that is wrong',
    JSON.stringify({
      apiUrl: 'api.example',
      webSocketUrl: 'https://ws.example',
      firebase: { apiKey: '' },
    }),
    200,
    /apiUrl is not .*https.*; webSocketUrl is not .*wss.*; firebase\.apiKey is empty; firebase\.authDomain is not a text; .*; development is neither/,
  ],
])('names %s', async (_case, body, status, message) => {
  const error: unknown = await readConfig(responding(body, status)).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect(String(error)).toMatch(message);
});
