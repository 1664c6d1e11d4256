import type { ClientMessage, ServerEvent } from '@blogapp/shared-types';
import type { Socket } from '../environment.ts';
import type { FakeClock } from './clock.ts';
import type { CommentsTable } from './comments-table.ts';

/** The probability of each fault, from 0 to 1, and the faults that affect all connections. */
export interface Faults {
  refuse: number;
  hang: number;
  duplicate: number;
  late: number;
  error: number;
  networkDown: boolean;
  tokensRefused: boolean;
}

export const NO_FAULTS: Faults = {
  ...{ refuse: 0, hang: 0, duplicate: 0, late: 0, error: 0 },
  ...{ networkDown: false, tokensRefused: false },
};

/**
 * The longest that a push waits (ms). A client can miss a push that waits longer, in the product
 * too: see libs/data-access/README.md.
 */
const LATE_MS = 2_000;
const STREAM_MS = 1_000;
/** How many replayed events are in one message. The product puts in as many as fit into 32 KB. */
const MAX_REPLAYED_TOGETHER = 5;
const LIFETIME_MS = 2 * 60 * 60_000;
const IDLE_MS = 10 * 60_000;

interface Connection {
  readonly socket: Socket;
  readonly joined: Set<string>;
  /** Pushes that wait in the FanoutQueue, each with a function that sends it at once. */
  readonly queued: Map<object, () => void>;
  /**
   * The earliest arrival of the next message, so that messages arrive in the order in which they
   * were sent.
   */
  nextArrivalMs: number;
  activeAtMs: number;
  /** Whether both ends consider it open, but nothing arrives at either. */
  isHalfOpen: boolean;
  isClosed: boolean;
  /** How many messages arrived. */
  received: number;
  /** How many of them were pings. */
  pings: number;
  cancelLimits: () => void;
}

/** The WebSocket API and its handlers, on a fake clock, with faults. */
export class FakeServer {
  faults: Faults = { ...NO_FAULTS };
  /** A channel that nobody can join. */
  closedChannel: string | undefined;
  readonly connections = new Set<Connection>();
  /** When each handshake began, and whether it had a token. */
  readonly handshakes: { readonly atMs: number; readonly signedIn: boolean }[] = [];
  readonly tables: readonly CommentsTable[];
  readonly #clock: FakeClock;
  readonly #random: () => number;
  readonly #publishedAtMs = new Map<CommentsTable, number>();

  constructor(clock: FakeClock, random: () => number, tables: readonly CommentsTable[]) {
    this.#clock = clock;
    this.#random = random;
    this.tables = tables;
  }

  open(protocols: readonly string[], isAlive: () => boolean): Socket {
    const signedIn = protocols.length > 1;
    this.handshakes.push({ atMs: this.#clock.nowMs, signedIn });
    let connection: Connection | undefined;
    let closed = false;
    const socket: Socket = {
      ...{ onopen: null, onmessage: null, onclose: null, onerror: null },
      send: (text) => {
        if (connection) this.#receive(connection, text);
      },
      close: () => {
        closed = true;
        if (connection && !connection.isHalfOpen) this.#end(connection);
      },
    };
    if (this.#chance(this.faults.hang)) return socket;
    this.#clock.setTimer(
      () => {
        if (closed || !isAlive()) return;
        const { networkDown, tokensRefused, refuse } = this.faults;
        if (networkDown || (tokensRefused && signedIn) || this.#chance(refuse)) {
          socket.onclose?.({} as never);
          return;
        }
        connection = {
          ...{ socket, joined: new Set<string>(), queued: new Map<object, () => void>() },
          ...{ isHalfOpen: false, isClosed: false, received: 0, pings: 0 },
          ...{ nextArrivalMs: this.#clock.nowMs, activeAtMs: this.#clock.nowMs },
          cancelLimits: () => undefined,
        };
        this.connections.add(connection);
        this.#watchLimits(connection, this.#clock.nowMs + LIFETIME_MS);
        socket.onopen?.({} as never);
      },
      this.#between(5, 300),
    );
    return socket;
  }

  /** Ends a connection as a failing network does: the client is notified. */
  reset(connection: Connection): void {
    const told = !connection.isHalfOpen;
    this.#end(connection);
    if (told) connection.socket.onclose?.({} as never);
  }

  /** Writes to a table; the stream publishes the changes a little later, in order. */
  write(table: CommentsTable, commentId: string, body: string | undefined): void {
    const skewMs = this.#between(-300, 300);
    const event = table.write(commentId, body, Math.floor(this.#clock.nowMs + skewMs));
    const atMs = Math.max(
      this.#publishedAtMs.get(table) ?? 0,
      this.#clock.nowMs + this.#between(20, STREAM_MS),
    );
    this.#publishedAtMs.set(table, atMs);
    this.#clock.setTimer(() => {
      for (const connection of this.connections) {
        if (connection.joined.has(event.channel)) this.#push(connection, event);
      }
    }, atMs - this.#clock.nowMs);
  }

  #push(connection: Connection, event: ServerEvent): void {
    if (this.#chance(this.faults.duplicate)) this.#sendLater(connection, event);
    if (this.#chance(this.faults.late)) this.#sendLater(connection, event);
    else this.#send(connection, event);
  }

  #sendLater(connection: Connection, event: ServerEvent): void {
    const push = {};
    const cancel = this.#clock.setTimer(
      () => connection.queued.get(push)?.(),
      this.#between(1, LATE_MS),
    );
    connection.queued.set(push, () => {
      cancel();
      connection.queued.delete(push);
      this.#send(connection, event);
    });
  }

  #send(connection: Connection, message: object): void {
    const text = JSON.stringify(message);
    this.#arrive(connection, () => {
      connection.socket.onmessage?.({ data: text });
    });
  }

  /** Calls `arrived` after a network delay, in order, unless the connection ends before. */
  #arrive(connection: Connection, arrived: () => void): void {
    const atMs = Math.max(this.#clock.nowMs + this.#between(1, 40), connection.nextArrivalMs);
    connection.nextArrivalMs = atMs;
    this.#clock.setTimer(() => {
      if (connection.isClosed || connection.isHalfOpen) return;
      connection.activeAtMs = this.#clock.nowMs;
      arrived();
    }, atMs - this.#clock.nowMs);
  }

  #receive(connection: Connection, text: string): void {
    this.#arrive(connection, () => {
      connection.received += 1;
      this.#handle(connection, JSON.parse(text) as ClientMessage);
    });
  }

  #handle(connection: Connection, message: ClientMessage): void {
    const isClosed =
      'channels' in message && message.channels.some((c) => c === this.closedChannel);
    if (isClosed || this.#chance(this.faults.error)) {
      const failure = this.#chance(0.5)
        ? { type: 'error', code: 'internal_error', message: 'no' }
        : { message: 'Internal server error', connectionId: 'c', requestId: 'r' };
      this.#send(connection, failure);
    } else if (message.action === 'ping') {
      connection.pings += 1;
      this.#send(connection, { type: 'pong', at: new Date(this.#clock.nowMs).toISOString() });
    } else if (message.action === 'unsubscribe') {
      for (const channel of message.channels) connection.joined.delete(channel);
      this.#send(connection, { type: 'unsubscribed', channels: message.channels });
    } else {
      // Otherwise a view could be loaded after a deletion, and then get the creation: see the
      // README.
      for (const send of [...connection.queued.values()]) send();
      for (const channel of message.channels) connection.joined.add(channel);
      this.#clock.setTimer(
        () => {
          this.#replay(connection, message);
        },
        this.#between(1, 50),
      );
    }
  }

  #replay(
    connection: Connection,
    { channels, since }: Extract<ClientMessage, { action: 'subscribe' }>,
  ): void {
    const events: ServerEvent[] = [];
    const truncated: string[] = [];
    for (const table of this.tables) {
      if (since === undefined || !channels.includes(table.channel)) continue;
      const missed = table.replay(since, this.#clock.nowMs);
      if (missed) events.push(...missed);
      else truncated.push(table.channel);
    }
    const next = (): void => {
      const some = events.splice(0, 1 + Math.floor(this.#random() * MAX_REPLAYED_TOGETHER));
      if (some.length > 0) {
        this.#send(connection, { type: 'replay', events: some });
        this.#clock.setTimer(next, this.#between(1, 20));
        return;
      }
      if (truncated.length > 0) {
        this.#send(connection, { type: 'replay_truncated', channels: truncated });
      }
      this.#send(connection, { type: 'subscribed', channels, replayed });
    };
    const replayed = events.length;
    next();
  }

  #watchLimits(connection: Connection, oldAtMs: number): void {
    const dueMs = Math.min(oldAtMs, connection.activeAtMs + IDLE_MS);
    if (dueMs <= this.#clock.nowMs) {
      this.reset(connection);
      return;
    }
    connection.cancelLimits = this.#clock.setTimer(() => {
      this.#watchLimits(connection, oldAtMs);
    }, dueMs - this.#clock.nowMs);
  }

  #end(connection: Connection): void {
    connection.isClosed = true;
    connection.cancelLimits();
    for (const send of [...connection.queued.values()]) send();
    this.connections.delete(connection);
  }

  #chance(probability: number): boolean {
    return probability > 0 && this.#random() < probability;
  }

  #between(least: number, greatest: number): number {
    return least + this.#random() * (greatest - least);
  }
}
