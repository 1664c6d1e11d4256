import { ConnectionGoneError, TooManyChannelsError } from '@blogapp/broadcast';
import type { ChannelStore } from '@blogapp/broadcast';
import type { Invocation, MessageAction } from '@blogapp/observability';
import { MAX_MESSAGE_BYTES, parseClientMessage } from '@blogapp/shared-types';
import type {
  ClientMessage,
  ParsedClientMessage,
  ResponseMessage,
  SubscribeMessage,
} from '@blogapp/shared-types';
import { connectionIdOf } from '../web-socket-event.ts';
import type { MessageEvent, WebSocketResponse } from '../web-socket-event.ts';
import type { ReplayTo } from './replay.ts';

export interface MessagesDependencies {
  readonly channels: Pick<ChannelStore, 'subscribe' | 'unsubscribe'>;
  readonly replay: ReplayTo;
  readonly now: () => Date;
}

/**
 * Makes the handler of all messages of clients: of the routes `subscribe`, `unsubscribe`, `ping`
 * and `$default`. They share a function, so that it is warm for all of them. Its result is the
 * route's response, so a message costs one invocation and no push.
 */
export function createMessages({ channels, replay, now }: MessagesDependencies) {
  return async (event: MessageEvent, invocation: Invocation): Promise<WebSocketResponse> => {
    const connectionId = connectionIdOf(event);
    const parsed = parseClientMessage(event.body ?? '');
    const action = parsed.kind === 'message' ? parsed.message.action : parsed.kind;
    invocation.metrics.record('Messages', 1, { action });
    const response = fitted(await respondTo(connectionId, parsed, invocation));
    logResponse(invocation, { connectionId, action, response });
    return routeResponse(response);
  };

  async function respondTo(
    connectionId: string,
    parsed: ParsedClientMessage,
    invocation: Pick<Invocation, 'metrics' | 'remainingMs' | 'tracing'>,
  ): Promise<ResponseMessage> {
    switch (parsed.kind) {
      case 'message':
        return perform(connectionId, parsed.message, invocation);
      case 'echo':
        return { type: 'echo', data: parsed.data };
      case 'invalid':
        return {
          type: 'error',
          code: 'invalid_message',
          message: `This is not a "${parsed.action}" message`,
          issues: [...parsed.issues],
        };
    }
  }

  async function perform(
    connectionId: string,
    message: ClientMessage,
    invocation: Pick<Invocation, 'metrics' | 'remainingMs' | 'tracing'>,
  ): Promise<ResponseMessage> {
    switch (message.action) {
      case 'ping':
        return { type: 'pong', at: now().toISOString() };
      case 'unsubscribe':
        await channels.unsubscribe(connectionId, message.channels);
        return { type: 'unsubscribed', channels: message.channels };
      case 'subscribe':
        try {
          return await subscribe(connectionId, message, invocation);
        } catch (error) {
          if (error instanceof ConnectionGoneError) {
            return { type: 'error', code: 'connection_gone', message: 'Connect again' };
          }
          if (error instanceof TooManyChannelsError) {
            const message = `A connection may be in ${error.limit} channels`;
            return { type: 'error', code: 'invalid_message', message };
          }
          throw error;
        }
    }
  }

  /**
   * Joins the channels before it reads what was missed, so that no event is missed between the
   * replay and the live events.
   */
  async function subscribe(
    connectionId: string,
    { channels: joined, since }: SubscribeMessage,
    invocation: Pick<Invocation, 'metrics' | 'remainingMs' | 'tracing'>,
  ): Promise<ResponseMessage> {
    await channels.subscribe(connectionId, joined);
    if (since === undefined) return { type: 'subscribed', channels: joined, replayed: 0 };
    const replayed = await invocation.tracing.subsegment('replay', () =>
      replay(connectionId, joined, since, () => invocation.remainingMs()),
    );
    invocation.metrics.record('ReplayedEvents', replayed);
    return { type: 'subscribed', channels: joined, replayed };
  }
}

/** The response to a message whose work failed; the connection stays open. */
export function failedResponse({
  correlationId,
}: Pick<Invocation, 'correlationId'>): WebSocketResponse {
  return routeResponse({
    type: 'error',
    code: 'internal_error',
    message: `Something went wrong; it is logged under ${correlationId}`,
  });
}

/**
 * The response, or an error when it is too large: JSON escapes can make an echo larger than the
 * message that it repeats.
 */
function fitted(response: ResponseMessage): ResponseMessage {
  if (Buffer.byteLength(JSON.stringify(response)) <= MAX_MESSAGE_BYTES) return response;
  return {
    type: 'error',
    code: 'invalid_message',
    message: `The response would be over ${MAX_MESSAGE_BYTES} bytes`,
  };
}

function routeResponse(response: ResponseMessage): WebSocketResponse {
  return { statusCode: 200, body: JSON.stringify(response) };
}

/**
 * One line for each `subscribe`, `unsubscribe` and error. Pings and echoes, of which a client may
 * send thousands, are counted (`Messages`) and logged only at the level DEBUG. The client's text is
 * not logged: it can be long, and it is private.
 */
function logResponse(
  { logger }: Pick<Invocation, 'logger'>,
  {
    connectionId,
    action,
    response,
  }: {
    readonly connectionId: string;
    readonly action: MessageAction;
    readonly response: ResponseMessage;
  },
): void {
  switch (response.type) {
    case 'subscribed': {
      const { channels, replayed } = response;
      logger.summary('subscribed', { connectionId, channels, replayed });
      return;
    }
    case 'unsubscribed':
      logger.summary('unsubscribed', { connectionId, channels: response.channels });
      return;
    case 'error': {
      const { code, issues = [] } = response;
      logger.summary('responded with an error', {
        connectionId,
        action,
        code,
        issues: issues.length,
      });
      return;
    }
    default:
      logger.debug('responded', { connectionId, action });
  }
}
