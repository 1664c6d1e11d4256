import { ConnectionGoneError, TooManyChannelsError } from '@blogapp/broadcast';
import type { ChannelStore } from '@blogapp/broadcast';
import { messageReceived } from '@blogapp/observability';
import type { Invocation } from '@blogapp/observability';
import { MAX_MESSAGE_BYTES, parseClientMessage } from '@blogapp/shared-types';
import type { ClientMessage, ServerAnswer, SubscribeMessage } from '@blogapp/shared-types';
import { connectionIdOf } from '../web-socket-event.ts';
import type { MessageEvent, WebSocketAnswer } from '../web-socket-event.ts';
import type { ReplayTo } from './replay.ts';

export interface MessagesDependencies {
  readonly channels: Pick<ChannelStore, 'subscribe' | 'unsubscribe'>;
  readonly replay: ReplayTo;
  readonly now: () => Date;
}

/**
 * Every message of a client: the routes `subscribe`, `unsubscribe`, `ping` and `$default`. They
 * share a function, because they share what it takes to be warm. The answer goes back as the
 * route's response: one invocation, and no call to `@connections`.
 */
export function createMessages({ channels, replay, now }: MessagesDependencies) {
  return async (event: MessageEvent, invocation: Invocation): Promise<WebSocketAnswer> => {
    const connectionId = connectionIdOf(event);
    const parsed = parseClientMessage(event.body ?? '');
    messageReceived(
      invocation.metrics,
      parsed.kind === 'message' ? parsed.message.action : parsed.kind,
    );

    switch (parsed.kind) {
      case 'message':
        invocation.logger.debug('message', { connectionId, action: parsed.message.action });
        return answer(await perform(connectionId, parsed.message, invocation));
      case 'echo':
        return answer({ type: 'echo', data: parsed.data });
      case 'invalid':
        invocation.logger.debug('invalid message', { connectionId, issues: parsed.issues });
        return answer({
          type: 'error',
          code: 'invalid_message',
          message: `This is not a "${parsed.action}" message`,
          issues: [...parsed.issues],
        });
    }
  };

  async function perform(
    connectionId: string,
    message: ClientMessage,
    invocation: Pick<Invocation, 'remainingMs'>,
  ): Promise<ServerAnswer> {
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

  /** Joins first and reads then, so that no event falls between what is replayed and what is live. */
  async function subscribe(
    connectionId: string,
    { channels: joined, since }: SubscribeMessage,
    invocation: Pick<Invocation, 'remainingMs'>,
  ): Promise<ServerAnswer> {
    await channels.subscribe(connectionId, joined);
    if (since === undefined) return { type: 'subscribed', channels: joined, replayed: 0 };
    const replayed = await replay(connectionId, joined, since, () => invocation.remainingMs());
    return { type: 'subscribed', channels: joined, replayed };
  }
}

/** What a client gets when its message could not be worked on; the connection stays open. */
export function failedAnswer({
  correlationId,
}: Pick<Invocation, 'correlationId'>): WebSocketAnswer {
  return answer({
    type: 'error',
    code: 'internal_error',
    message: `Something went wrong; it is logged under ${correlationId}`,
  });
}

/** JSON escapes can make an echo larger than the message that it repeats. */
function answer(message: ServerAnswer): WebSocketAnswer {
  const body = JSON.stringify(message);
  if (Buffer.byteLength(body) <= MAX_MESSAGE_BYTES) return { statusCode: 200, body };
  return answer({
    type: 'error',
    code: 'invalid_message',
    message: `The answer would be over ${MAX_MESSAGE_BYTES} bytes`,
  });
}
