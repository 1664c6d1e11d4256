import * as z from 'zod';
import { parameter, RequestError, route, type Route } from '../http/index.ts';
import { maskSecrets, maskText } from '../mask.ts';
import type { RecordedMessage } from '../payloads.ts';
import { parseSearch } from '../search/index.ts';
import { ApiNames } from './api-names.ts';
import type { ConsoleContext, OpenConnection } from './context.ts';
import { flag, limit } from './ranges.ts';

/** An open connection, as the page shows it. */
export interface ShownConnection extends OpenConnection {
  /** The logical id of its API. */
  readonly api: string;
}

/** A message or a frame, as the page shows it. */
export interface ShownMessage extends Omit<RecordedMessage, 'content'> {
  /** The text, or hexadecimal digits if the content is not UTF-8. Undefined if it was not kept. */
  readonly text?: string | undefined;
  readonly isBinary: boolean;
  /** How many characters of the text are left out. */
  readonly left: number;
}

const SHOWN_CHARACTERS = 64 * 1024;

/** The open connections, their messages in both directions, and actions on them. */
export function connectionRoutes({ stack, actions, payloads }: ConsoleContext): Route[] {
  const apis = new ApiNames(stack);
  const { connections } = actions;
  return [
    route({
      method: 'GET',
      path: '/api/connections',
      operationId: 'listConnections',
      summary: 'WebSocket connections that are open now, the newest ones.',
      response: 'Connections with their user, start and address, and their number.',
      query: z.object({ q: z.string().default(''), limit: limit(1000, 100_000) }),
      handle({ query }) {
        const search = parseSearch(query.q);
        const found: OpenConnection[] = [];
        let total = 0;
        for (const connection of connections.list()) {
          total++;
          if (search.isEmpty || search.matches(searched(connection, apis))) found.push(connection);
        }
        return {
          connections: found
            .slice(-query.limit)
            .reverse()
            .map((one) => shown(one, apis)),
          ...{ total, matching: found.length },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/connections/{connectionId}',
      operationId: 'getConnection',
      summary: 'One connection with its latest messages, as long as they are kept in memory.',
      response: 'The connection, which is absent if it is closed, and its messages, oldest first.',
      query: z.object({ reveal: flag.describe('Show secrets too.'), limit: limit(500, 5000) }),
      handle({ path, query }) {
        const id = parameter(path, 'connectionId');
        const messages = payloads.ofConnection(id);
        const connection = find(connections.list(), id);
        if (connection === undefined && messages.length === 0) {
          throw new RequestError(404, `There is no connection ${id}.`);
        }
        return {
          connection: connection && shown(connection, apis),
          messages: messages
            .slice(-query.limit)
            .map((message) => shownMessage(message, query.reveal)),
          left: Math.max(0, messages.length - query.limit),
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/connections/{connectionId}/messages',
      operationId: 'sendMessage',
      summary: 'Sends a text frame to a connection.',
      response: 'Nothing.',
      body: z.object({ text: z.string() }),
      handle({ path, body }) {
        const id = parameter(path, 'connectionId');
        if (!connections.send(id, body.text)) {
          throw new RequestError(410, `${id} is gone, or its client does not read.`);
        }
        return {};
      },
    }),
    route({
      method: 'POST',
      path: '/api/connections/{connectionId}/close',
      operationId: 'closeConnection',
      summary: 'Closes a connection with a code and a reason.',
      response: 'Nothing.',
      body: z.object({
        code: z
          .number()
          .int()
          .refine(
            (code) =>
              (code >= 1000 && code <= 1014 && ![1004, 1005].includes(code)) ||
              (code >= 3000 && code <= 4999),
            {
              message:
                'expected 1000 to 1003, 1006 (goes away without a close frame), 1007 to 1014, or 3000 to 4999',
            },
          )
          .default(1000),
        reason: z
          .string()
          .refine((reason) => Buffer.byteLength(reason) <= 123, 'expected up to 123 bytes')
          .default('closed in the console'),
      }),
      handle({ path, body }) {
        const id = parameter(path, 'connectionId');
        if (!connections.close(id, body.code, body.reason)) {
          throw new RequestError(410, `${id} is gone.`);
        }
        return {};
      },
    }),
  ];
}

function find(list: Iterable<OpenConnection>, id: string): OpenConnection | undefined {
  for (const connection of list) if (connection.connectionId === id) return connection;
  return undefined;
}

function shown(connection: OpenConnection, apis: ApiNames): ShownConnection {
  return {
    ...connection,
    api: apis.of(connection.apiId).source,
    authorizer: maskSecrets(connection.authorizer) as OpenConnection['authorizer'],
  };
}

function shownMessage({ content, ...message }: RecordedMessage, reveal: boolean): ShownMessage {
  const isBinary = typeof content !== 'string' && !isUtf8(content);
  const text = isBinary ? content.toString('hex') : content.toString();
  const cut = text.slice(0, SHOWN_CHARACTERS);
  return {
    ...message,
    text: reveal || isBinary ? cut : maskText(cut),
    ...{ isBinary, left: text.length - cut.length },
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Buffer): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function searched(connection: OpenConnection, apis: ApiNames) {
  const { connectionId, sourceIp, stage, apiId, userAgent = '', authorizer = {} } = connection;
  const { source: api, aliases } = apis.of(apiId);
  const values: Readonly<Record<string, readonly unknown[]>> = {
    ...Object.fromEntries(
      Object.entries(authorizer).map(([key, value]) => [key.toLowerCase(), [value]]),
    ),
    ...{ id: [connectionId], connection: [connectionId], ip: [sourceIp], stage: [stage] },
    api: [api, ...aliases],
  };
  return {
    text: [connectionId, sourceIp, userAgent, ...Object.values(authorizer)].join(' '),
    values: (key: string) => values[key] ?? [],
  };
}
