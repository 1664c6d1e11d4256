import type { Channel, ClientMessage, ServerEvent } from '@blogapp/shared-types';
import { Connector, type ConnectOptions } from './connector.ts';
import type { Environment } from './environment.ts';
import * as limits from './limits.ts';
import type { Link, LinkEvents } from './link.ts';

/**
 * Subscriptions that wait for a channel, each with the id of the event after which it misses
 * events.
 */
type Waiting = Map<string, { readonly since: string | undefined; readonly attempt: number }>;

/** One channel on the current connection. */
interface ChannelState {
  readonly members: Set<string>;
  waiting: Waiting;
  /** The message that waits for its response; each channel has at most one. */
  asked?: { readonly waiting: Waiting; readonly cancel: () => void } | undefined;
  joined: boolean;
  truncated: boolean;
}

/** The fields that the hub reads of a message of the server, or of API Gateway itself. */
interface Frame {
  readonly type?: string;
  readonly id?: string;
  readonly channel?: string;
  readonly channels?: readonly Channel[];
  readonly events?: readonly ServerEvent[];
  readonly replayed?: number;
  readonly code?: string;
}

/**
 * Shares one connection among subscriptions of one tab or of many. A channel is joined once; each
 * further subscription has its own replay.
 */
export class Hub implements Link {
  readonly #environment: Environment;
  readonly #events: LinkEvents;
  readonly #connector: Connector;
  #channels = new Map<Channel, ChannelState>();
  /** The channels of the replaced connection that the new one has not joined yet. */
  #owed = new Set<Channel>();
  /** How many errors arrived that are not matched to a channel yet. */
  #errors = 0;
  #retries = 0;
  #cancelRetry: (() => void) | undefined;

  constructor(options: ConnectOptions, environment: Environment, events: LinkEvents) {
    this.#environment = environment;
    this.#events = events;
    this.#connector = new Connector(options, environment, {
      up: (replaces) => {
        this.#up(replaces);
      },
      down: () => {
        this.#forget();
      },
      message: (text, isCurrent) => {
        this.#message(text, isCurrent);
      },
      state: (state) => {
        events.state(state);
      },
    });
  }

  join(subscription: string, channel: Channel, since: string | undefined, attempt: number): void {
    // There is no connection: all subscriptions join when there is one.
    if (!this.#connector.isOpen) {
      this.#connector.start();
      return;
    }
    let state = this.#channels.get(channel);
    if (!state) {
      state = { members: new Set(), waiting: new Map(), joined: false, truncated: false };
      this.#channels.set(channel, state);
    }
    state.members.add(subscription);
    state.waiting.set(subscription, { since, attempt });
    this.#ask(channel, state);
  }

  leave(subscription: string, channel: Channel): void {
    const state = this.#channels.get(channel);
    if (!state?.members.delete(subscription)) return;
    state.waiting.delete(subscription);
    this.#ask(channel, state);
  }

  wake(): void {
    this.#connector.wake();
  }

  /** Checks the connection for a visible tab; see `Connector.check`. */
  check(): void {
    this.#connector.check();
  }

  reconnect(): void {
    this.#connector.reconnect();
  }

  close(): void {
    this.#forget();
    this.#connector.close();
  }

  #up(replaces: boolean): void {
    this.#owed = replaces ? new Set(this.#channels.keys()) : new Set();
    this.#forget();
    this.#events.up();
    if (this.#owed.size === 0) this.#connector.releaseReplaced();
  }

  #forget(): void {
    for (const { asked } of this.#channels.values()) asked?.cancel();
    this.#channels = new Map();
    this.#cancelRetry?.();
    this.#errors = this.#retries = 0;
  }

  /**
   * Sends the channel's next message, unless a response is outstanding: responses name only the
   * channel.
   */
  #ask(channel: Channel, state: ChannelState): void {
    if (state.asked) return;
    const { waiting, members } = state;
    let message: ClientMessage;
    if (waiting.size > 0) {
      // The earliest id is sent: its replay has what each subscription missed.
      const [since] = [...waiting.values()].flatMap(({ since: id }) => id ?? []).sort();
      message = { action: 'subscribe', channels: [channel], ...(since && { since }) };
      state.waiting = new Map();
    } else if (members.size === 0 && state.joined) {
      message = { action: 'unsubscribe', channels: [channel] };
      state.joined = false;
    } else {
      if (members.size === 0) this.#channels.delete(channel);
      return;
    }
    state.truncated = false;
    const cancel = this.#environment.setTimer(() => {
      this.#connector.drop();
    }, limits.RESPONSE_MS);
    state.asked = { waiting, cancel };
    this.#connector.send(message);
  }

  #message(text: string, isCurrent: boolean): void {
    const frame = parse(text);
    const { type, channels = [] } = frame;
    if (type === 'replay') for (const event of frame.events ?? []) this.#events.event(event);
    else if (isEvent(frame)) this.#events.event(frame);
    // Messages of the previous connection do not count: its requests are sent again on the new one.
    else if (!isCurrent) return;
    else if (type === 'replay_truncated') {
      for (const channel of channels) {
        const state = this.#channels.get(channel);
        if (state) state.truncated = true;
      }
    } else if (type === 'subscribed' || type === 'unsubscribed') {
      for (const channel of channels) this.#settle(channel, type, frame.replayed ?? 0);
    } else if (frame.code === 'connection_gone') this.#connector.drop();
    else if (type !== 'pong' && type !== 'echo') {
      this.#errors += 1;
      this.#askFailedAgain();
    }
  }

  #settle(channel: Channel, type: string, replayed: number): void {
    const state = this.#channels.get(channel);
    if (!state?.asked) return;
    const { waiting, cancel } = state.asked;
    cancel();
    state.asked = undefined;
    state.joined = type === 'subscribed';
    this.#retries = 0;
    const { truncated } = state;
    for (const [subscription, { attempt }] of waiting) {
      this.#events.joined({ subscription, attempt, replayed, truncated });
    }
    if (this.#owed.delete(channel) && this.#owed.size === 0) this.#connector.releaseReplaced();
    this.#ask(channel, state);
    this.#askFailedAgain();
  }

  /**
   * An error names no channel. When there are as many errors as outstanding responses, all of those
   * requests failed.
   */
  #askFailedAgain(): void {
    const failed = [...this.#channels].filter(([, { asked }]) => asked);
    if (this.#errors < failed.length) return;
    this.#errors = 0;
    if (failed.length === 0) return;
    this.#retries += 1;
    for (const [, { asked }] of failed) asked?.cancel();
    const ceiling = Math.min(limits.RETRY_CAP_MS, limits.RETRY_BASE_MS * 2 ** this.#retries);
    this.#cancelRetry?.();
    this.#cancelRetry = this.#environment.setTimer(() => {
      for (const [channel, state] of failed) {
        const { members } = state;
        for (const [subscription, wants] of state.asked?.waiting ?? []) {
          if (members.has(subscription) && !state.waiting.has(subscription)) {
            state.waiting.set(subscription, wants);
          }
        }
        state.asked = undefined;
        // The connection may still be in a channel that it wanted to leave.
        if (members.size === 0) state.joined = true;
        this.#ask(channel, state);
      }
    }, this.#environment.random() * ceiling);
  }
}

function parse(text: string): Frame {
  try {
    return (JSON.parse(text) ?? {}) as Frame;
  } catch {
    return { type: 'echo' };
  }
}

/** Only events have an id; no other message of the server has one. */
function isEvent(frame: Frame): frame is Frame & ServerEvent {
  return frame.id !== undefined && frame.channel !== undefined;
}
