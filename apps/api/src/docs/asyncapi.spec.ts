import asyncApiSpecs from '@asyncapi/specs';
import {
  MAX_CHANNELS_PER_CONNECTION,
  MAX_CHANNELS_PER_MESSAGE,
  MAX_MESSAGE_BYTES,
  clientMessageSchema,
  isChannel,
  responseMessageSchema,
  serverEventSchema,
} from '@blogapp/shared-types';
import type { ClientMessage, ServerMessage } from '@blogapp/shared-types';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { TestApi } from '../testing/api.ts';
import { at, isRecord } from './json.ts';

let document: Record<string, unknown>;

beforeAll(async () => {
  const response = await new TestApi().send('GET', '/asyncapi.json');
  expect(response.status).toBe(200);
  document = (await response.json()) as Record<string, unknown>;
});

/** Every message type, listed by hand: a missing or an additional type does not compile. */
const types: Record<ClientMessage['action'] | ServerMessage['type'], true> = {
  subscribe: true,
  unsubscribe: true,
  ping: true,
  subscribed: true,
  unsubscribed: true,
  replay: true,
  replay_truncated: true,
  pong: true,
  echo: true,
  error: true,
  'comment.created': true,
  'comment.updated': true,
  'comment.deleted': true,
  'post.updated': true,
  'post.deleted': true,
  'post.stats': true,
  announcement: true,
};

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);

function messages(): [string, Record<string, unknown>][] {
  return Object.entries(at(document, 'components', 'messages') as object) as [
    string,
    Record<string, unknown>,
  ][];
}

test('is AsyncAPI 3.0, by the schema that AsyncAPI publishes', () => {
  // `$schema` is removed because this validator does not know the drafts that it names.
  const { $schema: _, ...schema } = asyncApiSpecs.schemasWithoutId['3.0.0'] as Record<
    string,
    unknown
  >;
  const validate = ajv.compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
  expect(validate({ ...document, channels: { broken: { address: 7 } } })).toBe(false);
});

test('describes every message of the protocol, and those of API Gateway itself', () => {
  expect(
    messages()
      .map(([name]) => name)
      .sort(),
  ).toEqual([...Object.keys(types), 'gateway', 'text'].sort());
});

test('every message of the protocol is in an operation, as a message or as a reply', () => {
  const used = new Set(
    [...JSON.stringify(document.operations).matchAll(/connection\/messages\/([\w.]+)/g)].map(
      ([, name]) => name,
    ),
  );
  expect([...used].sort()).toEqual(
    messages()
      .map(([name]) => name)
      .sort(),
  );
});

test('every reference has a target', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  expect(references.length).toBeGreaterThan(40);
  for (const [, path = ''] of references) {
    expect([path, at(document, ...path.split('/'))]).toEqual([path, expect.any(Object)]);
  }
});

test('the example of every message fits its schema, and the schema that the handlers check with', () => {
  for (const [name, message] of messages()) {
    const [{ payload: example } = { payload: undefined }] = message.examples as {
      payload: unknown;
    }[];
    const validate = ajv.compile(message.payload as object);
    expect([name, validate(example), validate.errors]).toEqual([name, true, null]);
    if (name === 'gateway' || name === 'text') continue;
    const isServers = isRecord(example) && 'type' in example;
    const schemas = isServers ? [serverEventSchema, responseMessageSchema] : [clientMessageSchema];
    expect([name, schemas.some((schema) => schema.safeParse(example).success)]).toEqual([
      name,
      true,
    ]);
  }
});

test.each([
  [[]],
  [['nobody']],
  [['post:1']],
  [['post:01kar6m0g0a1b2c3d4e5f6g7h8']],
  [Array.from({ length: MAX_CHANNELS_PER_MESSAGE + 1 }, () => 'all')],
])('a `subscribe` that the handlers refuse does not fit its schema: %j', (channels) => {
  const message = { action: 'subscribe', channels };
  expect(clientMessageSchema.safeParse(message).success).toBe(false);
  const payload = at(document, 'components', 'messages', 'subscribe', 'payload') as object;
  expect(ajv.validate(payload, message)).toBe(false);
  expect(ajv.validate(payload, { action: 'subscribe', channels: ['all'], more: 1 })).toBe(false);
});

test('the pattern of a channel accepts what the handlers accept', () => {
  const pattern = new RegExp(
    String(
      at(
        document,
        'components',
        'messages',
        'unsubscribed',
        'payload',
        'properties',
        'channels',
        'items',
        'pattern',
      ),
    ),
  );
  for (const channel of [
    'all',
    'All',
    'all ',
    'post:',
    `post:${'0'.repeat(26)}`,
    `post:8${'0'.repeat(25)}`,
    `post:${'I'.repeat(26)}`,
  ]) {
    expect([channel, pattern.test(channel)]).toEqual([channel, isChannel(channel)]);
  }
});

test('names the limits, the errors and the close codes', () => {
  const channel = at(document, 'channels', 'connection');
  expect(at(channel, 'x-limits')).toMatchObject({
    channelsPerMessage: MAX_CHANNELS_PER_MESSAGE,
    channelsPerConnection: MAX_CHANNELS_PER_CONNECTION,
    messageBytes: MAX_MESSAGE_BYTES,
    idleSeconds: 600,
    lifetimeSeconds: 7_200,
  });
  const codes = (at(channel, 'x-close-codes') as { code: number }[]).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining([1000, 1001, 1003, 1007, 1009]));
  const payload = at(document, 'components', 'messages', 'error', 'payload');
  expect(at(payload, 'properties', 'code', 'enum')).toEqual([
    'invalid_message',
    'connection_gone',
    'internal_error',
  ]);
});
