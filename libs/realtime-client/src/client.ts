import { isChannel, ULID_PATTERN, type Channel } from '@blogapp/shared-types';
import type { ConnectOptions } from './connector.ts';
import { platformEnvironment, type Environment, type SocketConstructor } from './environment.ts';
import { Hub } from './hub.ts';
import type { Link } from './link.ts';
import { SharedLink } from './shared-link.ts';
import { shielded, type ConnectionState } from './state.ts';
import { ChannelSubscription, type SubscribeOptions } from './subscription.ts';

export interface RealtimeClientOptions extends ConnectOptions {
  /**
   * The WebSocket class, for where there is no global one (Node.js 20): that of the package `ws`.
   */
  readonly webSocket?: SocketConstructor | undefined;
}

/** A subscription. It continues after every lost connection, until it is closed. */
export interface Subscription extends Disposable {
  close(): void;
}

export interface RealtimeClient extends Disposable {
  /** The state of the connection; the same object until it changes. */
  readonly state: ConnectionState;
  /** Calls `listener` after each change of `state`; returns a function that ends this. */
  readonly onStateChange: (listener: () => void) => () => void;
  /**
   * Subscribes to a channel. The first subscription opens the connection.
   *
   * @throws RangeError for what is not a channel, and for a `since` that is not an event's id
   * @throws Error when the client is closed
   */
  subscribe(channel: Channel, options: SubscribeOptions): Subscription;
  /**
   * Connects again with the current token. Call it after a sign-in or sign-out, and after a refused
   * token.
   */
  reconnect(): void;
  /** Ends every subscription and the connection. */
  close(): void;
}

/**
 * Makes a client that misses no event; the README says what it guarantees. It does nothing before
 * the first `subscribe`, so it can be made while a page is rendered on a server.
 *
 * @example
 * const client = createRealtimeClient({ url, token: () => user?.getIdToken() });
 * const subscription = client.subscribe(`post:${postId}`, {
 *   since: newestChangeId,
 *   onEvent: (event) => show(event),
 *   onTruncated: () => loadComments(),
 * });
 *
 * @param environment the platform; tests give their own
 * @throws RangeError for a URL that is not `ws:` or `wss:`
 */
export function createRealtimeClient(
  options: RealtimeClientOptions,
  environment: Environment = platformEnvironment(options.webSocket),
): RealtimeClient {
  if (!/^wss?:\/\//.test(options.url)) {
    throw new RangeError(`url: "${options.url}" is not the address of a WebSocket API (wss://…)`);
  }
  const tab = environment.newId();
  const subscriptions = new Map<string, ChannelSubscription>();
  const listeners = new Set<() => void>();
  let state: ConnectionState = { status: 'idle' };
  let link: Link | undefined;
  let stopWaking: (() => void) | undefined;
  let count = 0;

  const setState = (next: ConnectionState): void => {
    if (state.status === 'closed' || (next.status === state.status && next.status !== 'waiting')) {
      return;
    }
    state = next;
    for (const listener of [...listeners]) shielded(environment.report, listener);
  };

  const openLink = (): Link => {
    const events = {
      up() {
        // While the first subscription is being made there is no link yet; it joins when the
        // connection is up.
        if (link) for (const subscription of subscriptions.values()) subscription.join(link);
      },
      event(event) {
        for (const subscription of subscriptions.values()) {
          if (subscription.channel === event.channel) subscription.event(event);
        }
      },
      joined(joined) {
        subscriptions.get(joined.subscription)?.joined(joined);
      },
      state: setState,
    } satisfies ConstructorParameters<typeof Hub>[2];
    const opened = environment.tabs
      ? new SharedLink(tab, options, environment, environment.tabs, events)
      : new Hub(options, environment, events);
    stopWaking = environment.onWake(() => {
      opened.wake();
    });
    return opened;
  };

  const client: RealtimeClient = {
    get state() {
      return state;
    },
    onStateChange(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    subscribe(channel, subscribeOptions) {
      if (!isChannel(channel)) {
        throw new RangeError(`"${String(channel)}" is not a channel: "all" or "post:<ULID>"`);
      }
      const { since } = subscribeOptions;
      if (since !== undefined && !ULID_PATTERN.test(since)) {
        throw new RangeError(`since: "${since}" is not the id of an event (a ULID)`);
      }
      if (state.status === 'closed') throw new Error('the realtime client is closed');
      const id = `${tab}.${(count += 1)}`;
      const subscription = new ChannelSubscription(id, channel, subscribeOptions, environment);
      subscriptions.set(id, subscription);
      link ??= openLink();
      subscription.join(link);
      const close = (): void => {
        if (subscriptions.delete(id)) subscription.close(link);
      };
      return { close, [Symbol.dispose]: close };
    },
    reconnect() {
      if (state.status !== 'closed') link?.reconnect();
    },
    close() {
      if (state.status === 'closed') return;
      for (const subscription of subscriptions.values()) subscription.close(undefined);
      subscriptions.clear();
      stopWaking?.();
      link?.close();
      setState({ status: 'closed' });
      listeners.clear();
    },
    [Symbol.dispose]() {
      client.close();
    },
  };
  return client;
}
