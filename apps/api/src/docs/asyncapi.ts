import {
  MAX_CHANNELS_PER_CONNECTION,
  MAX_CHANNELS_PER_MESSAGE,
  MAX_MESSAGE_BYTES,
  SUBPROTOCOL,
  TOKEN_SUBPROTOCOL_PREFIX,
  clientMessageSchema,
  offeredSubprotocols,
  responseMessageSchema,
  serverEventSchema,
} from '@blogapp/shared-types';
import { clientMessages, responseMessages, serverEvents } from './wire-messages.ts';
import { membersOf } from './wire-schemas.ts';
import type { JsonSchema } from './wire-schemas.ts';

/**
 * Limits of the protocol and of API Gateway, which ends a connection with the close code named:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const LIMITS = {
  channelsPerMessage: MAX_CHANNELS_PER_MESSAGE,
  channelsPerConnection: MAX_CHANNELS_PER_CONNECTION,
  messageBytes: MAX_MESSAGE_BYTES,
  frameBytes: 32 * 1024,
  idleSeconds: 10 * 60,
  lifetimeSeconds: 2 * 60 * 60,
} as const;

/** How a connection ends. A client reads 1005 or 1006 when no code was sent. */
export const CLOSE_CODES = [
  { code: 1000, reason: 'The client closed, or the connection was deleted.' },
  { code: 1001, reason: 'Idle for 10 minutes, or open for 2 hours. Connect again.' },
  { code: 1003, reason: 'A binary message: only text is accepted.' },
  { code: 1007, reason: 'Text that is not UTF-8.' },
  { code: 1009, reason: 'A message over 128 KB, or a frame over 32 KB.' },
  { code: 1006, reason: 'The connection broke. Connect again, with `since`.' },
] as const;

const DESCRIPTION = `This API pushes events to readers. The REST API ([openapi.json](openapi.json)) is for everything else.

- **Subscribing** to a post's channel, \`post:<id>\`, delivers its comments and counts. Every connection is in \`all\`.
- **Events** reach a subscriber at least once. Drop an \`id\` that you have seen.
- **When you reconnect**, give the greatest \`id\` that you have seen as \`since\`: later changes are replayed, many events in one \`replay\` message.
- **Signing in** is optional: offer the subprotocols \`${SUBPROTOCOL}\` and \`${TOKEN_SUBPROTOCOL_PREFIX}<ID token>\`. A token that is not valid is refused with 401; 503 means that it can not be checked at the moment.`;

type Entry = readonly [name: string, message: object];

/**
 * Makes the AsyncAPI 3.0 document of the WebSocket API from the schemas that its handlers check
 * with. `version` is the API's version.
 */
export function asyncApiDocument(version: string) {
  const client = entries(membersOf(clientMessageSchema, 'action'), clientMessages);
  const responses = entries(membersOf(responseMessageSchema, 'type'), responseMessages);
  const events = entries(membersOf(serverEventSchema, 'type'), serverEvents);
  const others: Entry[] = [
    ['text', ANY_TEXT],
    ['gateway', GATEWAY_FRAME],
  ];
  const messages = Object.fromEntries([...client, ...responses, ...events, ...others]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'blogapp, in real time',
      version,
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      aws: {
        host: '{apiId}.execute-api.{region}.amazonaws.com',
        pathname: '/{stage}',
        protocol: 'wss',
        description: 'A deployed stack: its output `WebSocketUrl`.',
        variables: {
          apiId: { description: 'The id of the WebSocket API.' },
          region: { default: 'ap-northeast-1' },
          stage: { enum: ['development', 'staging', 'production'] },
        },
        security: [{ $ref: '#/components/securitySchemes/firebase' }],
      },
      local: {
        host: '127.0.0.1:3002',
        pathname: '/development',
        protocol: 'ws',
        description: 'The stack that `npm start` runs.',
        security: [{ $ref: '#/components/securitySchemes/firebase' }],
      },
    },
    channels: {
      connection: {
        address: '/',
        title: 'A connection',
        description: 'One WebSocket connection. It can be in many channels, up to the limit.',
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: { method: 'GET', headers: HANDSHAKE_HEADERS, bindingVersion: '0.1.0' } },
        'x-limits': LIMITS,
        'x-close-codes': CLOSE_CODES,
      },
    },
    operations: {
      subscribe: operation(
        'receive',
        ['subscribe'],
        ['subscribed', 'replay', 'replay_truncated', 'error'],
      ),
      unsubscribe: operation('receive', ['unsubscribe'], ['unsubscribed', 'error']),
      ping: operation('receive', ['ping'], ['pong']),
      echo: operation('receive', ['text'], ['echo', 'error']),
      pushEvents: operation('send', names(events)),
      tellOfTrouble: operation('send', ['gateway']),
    },
    components: {
      messages,
      securitySchemes: {
        firebase: {
          type: 'httpApiKey',
          name: 'Sec-WebSocket-Protocol',
          in: 'header',
          description: `A Firebase ID token, as the subprotocol \`${TOKEN_SUBPROTOCOL_PREFIX}<token>\` next to \`${SUBPROTOCOL}\`.`,
        },
      },
    },
  };
}

const HANDSHAKE_HEADERS = {
  type: 'object',
  properties: {
    'Sec-WebSocket-Protocol': {
      type: 'string',
      examples: [offeredSubprotocols('eyJhbGciOi…').join(', ')],
    },
  },
};

const ANY_TEXT = {
  name: 'text',
  title: 'text',
  summary: 'Any text that is not one of the messages above; the response is an `echo`.',
  contentType: 'text/plain',
  payload: { type: 'string' },
  examples: [{ payload: 'hello' }],
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-routes-integrations.html */
const GATEWAY_FRAME = {
  name: 'gateway',
  title: 'gateway',
  summary:
    'From API Gateway itself: the message was not passed to a function (`Forbidden`), came too fast (`Too Many Requests`), or its function failed (`Internal server error`). It has no `type`.',
  payload: {
    type: 'object',
    properties: {
      message: {
        type: 'string',
        enum: ['Forbidden', 'Internal server error', 'Too Many Requests'],
      },
      connectionId: { type: 'string' },
      requestId: { type: 'string' },
    },
    required: ['message', 'connectionId', 'requestId'],
  },
  examples: [
    {
      payload: {
        message: 'Internal server error',
        connectionId: 'L0SM9cOFvHcCIhw=',
        requestId: 'L0SM9cOFvHcCIhw=',
      },
    },
  ],
};

/** @throws Error for a message of the protocol that has no description */
function entries(
  members: ReadonlyMap<string, JsonSchema>,
  described: Readonly<Record<string, { readonly summary: string; readonly example: object }>>,
): Entry[] {
  return [...members].map(([name, payload]) => {
    const about = described[name];
    if (about === undefined) throw new Error(`the message ${name} is not described`);
    const { summary, example } = about;
    return [
      name,
      { name, title: name, summary, payload, examples: [{ payload: example }] },
    ] as const;
  });
}

function names(entries: readonly Entry[]): string[] {
  return entries.map(([name]) => name);
}

/** @param action the API's action: it receives what clients send */
function operation(
  action: 'send' | 'receive',
  messages: readonly string[],
  replies?: readonly string[],
): object {
  const channel = { $ref: '#/channels/connection' };
  const references = (of: readonly string[]): object[] =>
    of.map((name) => ({ $ref: `#/channels/connection/messages/${name}` }));
  return {
    action,
    channel,
    messages: references(messages),
    ...(replies && { reply: { channel, messages: references(replies) } }),
  };
}
