import { offeredSubprotocols } from '@blogapp/shared-types';
import type { Environment, Socket } from './environment.ts';
import * as limits from './limits.ts';
import { TokenRefusedError, type ConnectionState } from './state.ts';

export interface ConnectOptions {
  /** The WebSocket API's address with its stage: `wss://…/development`. */
  readonly url: string;
  /**
   * Gives the ID token to sign in with, or undefined for an anonymous connection. It is called
   * before every handshake; `refused` is true after a handshake with a token failed, so that a
   * fresh token is needed. When absent, every connection is anonymous.
   */
  readonly token?:
    | ((reason: { readonly refused: boolean }) => string | undefined | Promise<string | undefined>)
    | undefined;
}

export interface ConnectorEvents {
  /** There is a new connection. `replaces` is true while the previous one still delivers. */
  up(replaces: boolean): void;
  /** @param isCurrent false for a message of the connection that is being replaced */
  message(text: string, isCurrent: boolean): void;
  down(): void;
  state(state: ConnectionState): void;
}

interface Attempt {
  readonly startedAt: number;
  anonymous: boolean;
  socket?: Socket;
  cancel?: () => void;
}

/**
 * Keeps one connection open: it connects, reconnects, notices dead connections, and replaces a
 * connection before API Gateway ends it.
 */
export class Connector {
  readonly #options: ConnectOptions;
  readonly #environment: Environment;
  readonly #events: ConnectorEvents;
  /** The handshake that is under way. */
  #attempt: Attempt | undefined;
  #socket: Socket | undefined;
  /** The previous connection, while both are open. */
  #replaced: Socket | undefined;
  #openedAt = 0;
  #heardAt = 0;
  #pingedAt = 0;
  #retryAt = 0;
  #replaceAtAge = 0;
  #failures = 0;
  /** How many handshakes with a token have failed in a row. */
  #refusals = 0;
  /** Whether the connection is anonymous only to find out whether the token is refused. */
  #isProbe = false;
  #ended = false;
  #cancelRetry: (() => void) | undefined;
  #cancelBeat: (() => void) | undefined;
  #cancelOverlap: (() => void) | undefined;

  constructor(options: ConnectOptions, environment: Environment, events: ConnectorEvents) {
    this.#options = options;
    this.#environment = environment;
    this.#events = events;
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Connects, unless it is connected, is connecting, or waits to connect. */
  start(): void {
    if (!this.#socket && !this.#cancelRetry) this.#connect();
  }

  send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  /** Ends the current connection, which does not work, and connects again. */
  drop(): void {
    if (this.#socket) this.#lost(this.#socket);
  }

  /** Closes the replaced connection, because the new one has joined all channels. */
  releaseReplaced(): void {
    this.#cancelOverlap?.();
    discard(this.#replaced);
    this.#replaced = undefined;
  }

  /**
   * Call it when the network is back or the tab becomes visible: connects at once, or checks that
   * the connection works.
   */
  wake(): void {
    if (this.#ended) return;
    if (this.#attempt) {
      // A handshake that began on the previous network may hang.
      if (this.#since(this.#attempt.startedAt) < limits.WAKE_SPACING_MS) return;
      this.#abandon();
      this.#connect();
    } else if (!this.#socket) {
      if (this.#cancelRetry) this.#connect();
    } else if (this.#since(this.#heardAt) > limits.DOUBTFUL_PONG_MS) {
      this.#ping(limits.DOUBTFUL_PONG_MS);
    } else {
      this.#beat();
    }
  }

  /**
   * Call it for a visible tab that uses the connection of this one. While this tab is hidden, its
   * own heartbeat is slow, and its timers are late.
   */
  check(): void {
    if (this.#environment.isVisible()) return;
    if (!this.#socket) {
      if (this.#cancelRetry && this.#environment.now() >= this.#retryAt) this.#connect();
      return;
    }
    if (this.#pingedAt <= this.#heardAt) this.#ping(limits.PONG_MS);
    else if (this.#since(this.#pingedAt) >= limits.PONG_MS) this.#lost(this.#socket);
  }

  /** Connects again with the current token; an open connection stays until then. */
  reconnect(): void {
    this.#ended = false;
    this.#failures = 0;
    this.#refusals = 0;
    this.#abandon();
    this.#connect();
  }

  close(state: ConnectionState = { status: 'closed' }): void {
    this.#ended = true;
    this.#abandon();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#cancelBeat?.();
    this.releaseReplaced();
    discard(this.#socket);
    this.#socket = undefined;
    this.#events.state(state);
  }

  #since(time: number): number {
    // A clock that was set back must not stop the heartbeat.
    return Math.abs(this.#environment.now() - time);
  }

  #connect(): void {
    if (this.#attempt || this.#ended) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const attempt: Attempt = {
      startedAt: this.#environment.now(),
      anonymous: !this.#socket && this.#refusals === limits.REFUSALS_BEFORE_PROBE,
    };
    this.#attempt = attempt;
    if (!this.#socket) this.#events.state({ status: 'connecting' });
    attempt.cancel = this.#environment.setTimer(() => {
      this.#failed(attempt);
    }, limits.HANDSHAKE_MS);
    this.#open(attempt).catch((error: unknown) => {
      this.#environment.report(error);
      this.#failed(attempt);
    });
  }

  async #open(attempt: Attempt): Promise<void> {
    const { url, token: getToken } = this.#options;
    const token = attempt.anonymous ? undefined : await getToken?.({ refused: this.#refusals > 0 });
    if (this.#attempt !== attempt) return;
    const socket = this.#environment.openSocket(url, offeredSubprotocols(token));
    attempt.socket = socket;
    // `ws` throws an error that has no listener; the `close` event that follows is enough.
    socket.onerror = () => undefined;
    socket.onopen = () => {
      this.#opened(attempt, socket);
    };
    socket.onclose = () => {
      if (this.#attempt !== attempt) return;
      if (token !== undefined) this.#refusals += 1;
      // The handshake without a token failed too, so the token is not the reason.
      else if (attempt.anonymous) this.#refusals = 0;
      this.#failed(attempt);
    };
  }

  #abandon(): void {
    this.#attempt?.cancel?.();
    discard(this.#attempt?.socket);
    this.#attempt = undefined;
  }

  #failed(attempt: Attempt): void {
    if (this.#attempt !== attempt) return;
    this.#abandon();
    if (this.#isProbe && this.#refusals >= limits.MAX_REFUSALS) {
      this.close({ status: 'refused', error: new TokenRefusedError() });
      this.#events.down();
    } else {
      this.#retryLater();
    }
  }

  #retryLater(): void {
    const ceiling = Math.min(limits.RETRY_CAP_MS, limits.RETRY_BASE_MS * 2 ** this.#failures);
    const delayMs = this.#environment.random() * ceiling;
    this.#failures += 1;
    this.#retryAt = this.#environment.now() + delayMs;
    this.#cancelRetry?.();
    this.#cancelRetry = this.#environment.setTimer(() => {
      this.#cancelRetry = undefined;
      this.#connect();
    }, delayMs);
    if (this.#socket) return;
    this.#events.state({ status: 'waiting', retryAtMs: this.#retryAt });
  }

  #opened(attempt: Attempt, socket: Socket): void {
    if (this.#attempt !== attempt) return;
    attempt.cancel?.();
    this.#attempt = undefined;
    this.releaseReplaced();
    this.#replaced = this.#socket;
    this.#socket = socket;
    this.#openedAt = this.#heardAt = this.#environment.now();
    this.#replaceAtAge = limits.LEAST_AGE_MS + this.#environment.random() * limits.AGE_SPREAD_MS;
    socket.onmessage = ({ data }) => {
      const isCurrent = socket === this.#socket;
      if (isCurrent) this.#heardAt = this.#environment.now();
      if (typeof data === 'string') this.#events.message(data, isCurrent);
    };
    socket.onclose = () => {
      this.#lost(socket);
    };
    if (this.#replaced) {
      this.#failures = 0;
      this.#cancelOverlap = this.#environment.setTimer(() => {
        this.releaseReplaced();
      }, limits.OVERLAP_MS);
    }
    this.#events.state({ status: 'open' });
    this.#events.up(this.#replaced !== undefined);
    this.#isProbe = attempt.anonymous;
    // The anonymous connection receives events meanwhile; the token is tried again.
    if (this.#isProbe) this.#retryLater();
    else this.#refusals = 0;
    this.#beat();
  }

  #lost(socket: Socket): void {
    discard(socket);
    if (socket === this.#replaced) this.releaseReplaced();
    if (socket !== this.#socket) return;
    this.#cancelBeat?.();
    this.#socket = undefined;
    this.#refusals = 0;
    this.releaseReplaced();
    if (this.#since(this.#openedAt) > limits.STABLE_MS) this.#failures = 0;
    this.#events.down();
    // The connection that was to replace it may be opening.
    if (this.#attempt) this.#events.state({ status: 'connecting' });
    else this.#retryLater();
  }

  /** Sets the heartbeat, which is the only timer of an idle connection. */
  #beat(): void {
    if (!this.#socket) return;
    const everyMs = this.#environment.isVisible() ? limits.VISIBLE_BEAT_MS : limits.HIDDEN_BEAT_MS;
    if (this.#since(this.#openedAt) >= this.#replaceAtAge && !this.#cancelRetry) this.#connect();
    const silentMs = this.#since(this.#heardAt);
    if (silentMs >= everyMs) this.#ping(limits.PONG_MS);
    else
      this.#beatAfter(everyMs - silentMs, () => {
        this.#beat();
      });
  }

  #ping(deadlineMs: number): void {
    const socket = this.#socket;
    const heardAt = this.#heardAt;
    this.#pingedAt = this.#environment.now();
    this.send({ action: 'ping' });
    this.#beatAfter(deadlineMs, () => {
      if (this.#heardAt !== heardAt) this.#beat();
      else if (socket) this.#lost(socket);
    });
  }

  #beatAfter(ms: number, next: () => void): void {
    this.#cancelBeat?.();
    this.#cancelBeat = this.#environment.setTimer(next, ms);
  }
}

/**
 * Removes a socket's listeners and closes it. It does not wait, because a dead socket takes long to
 * close.
 */
function discard(socket: Socket | undefined): void {
  if (!socket) return;
  socket.onopen = socket.onmessage = socket.onclose = null;
  socket.close();
}
