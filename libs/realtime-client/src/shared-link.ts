import type { Channel, ServerEvent } from '@blogapp/shared-types';
import type { ConnectOptions } from './connector.ts';
import type { Environment, TabsChannel } from './environment.ts';
import { Hub } from './hub.ts';
import * as limits from './limits.ts';
import type { Joined, Link, LinkEvents } from './link.ts';
import { TokenRefusedError, type ConnectionState } from './state.ts';

type Tabs = NonNullable<Environment['tabs']>;

/** A message from a tab to the leader. */
type Request =
  | {
      readonly kind: 'join';
      readonly subscription: string;
      readonly channel: Channel;
      readonly since?: string | undefined;
      readonly attempt: number;
    }
  | { readonly kind: 'leave'; readonly subscription: string; readonly channel: Channel }
  /** The leader responds with its state. After `hello`, it also checks its connection. */
  | { readonly kind: 'hello' | 'wake' | 'reconnect' };

/** A message from the leader to every tab. */
type Notice =
  | { readonly kind: 'up' }
  | { readonly kind: 'event'; readonly event: ServerEvent }
  | { readonly kind: 'joined'; readonly joined: Joined }
  | { readonly kind: 'state'; readonly state: ConnectionState };

type Message =
  | { readonly from: string; readonly request: Request }
  /**
   * `term` grows with each leader, so that tabs ignore a leader that lost the lock and does not
   * know it yet. `number` counts a leader's notices: a gap shows that a tab missed some.
   */
  | { readonly term: number; readonly number: number; readonly notice: Notice };

/**
 * The prefix of the names of locks and channels. Change it when the messages between tabs change,
 * because a newer version may run beside an older one.
 */
const PREFIX = 'blogapp-realtime-1 ';

/**
 * One connection for all tabs of a browser. The tab that holds the lock is the leader: it has the
 * connection, and sends the others what it receives. When that tab is gone, the browser gives the
 * lock to the next one. A leader that does not respond loses the lock to a tab that noticed.
 */
export class SharedLink implements Link {
  readonly #tab: string;
  readonly #options: ConnectOptions;
  readonly #environment: Environment;
  readonly #tabs: Tabs;
  readonly #events: LinkEvents;
  readonly #name: string;
  readonly #channel: TabsChannel;
  /** The connection, while this tab is the leader. */
  #hub: Hub | undefined;
  #state: ConnectionState = { status: 'connecting' };
  /** The subscriptions of the other tabs, by tab, while this tab is the leader. */
  #others = new Map<string, Map<string, Channel>>();
  /** The term of the current leader (which this tab may be), and the number of its last notice. */
  #term = 0;
  #notices = 0;
  #hasLeader = false;
  #heardAt = 0;
  #cancelBeat: (() => void) | undefined;
  #waiting: AbortController | undefined;
  /** Releases the locks that this tab holds. */
  #release: (() => void)[] = [];
  #closed = false;

  constructor(
    tab: string,
    options: ConnectOptions,
    environment: Environment,
    tabs: Tabs,
    events: LinkEvents,
  ) {
    this.#tab = tab;
    this.#options = options;
    this.#environment = environment;
    this.#tabs = tabs;
    this.#events = events;
    this.#name = PREFIX + options.url;
    this.#channel = tabs.openChannel(this.#name);
    this.#channel.onmessage = ({ data }) => {
      const message = data as Message;
      if ('request' in message) this.#requested(message.from, message.request);
      else this.#noticed(message);
    };
    // The tab holds this lock as long as it exists: when another tab gets it, this tab is gone.
    this.#hold(this.#lockOf(tab), {}, () => {
      this.#heardAt = environment.now();
      this.#lead();
      this.#send({ kind: 'hello' });
      this.#beat();
    });
  }

  join(subscription: string, channel: Channel, since: string | undefined, attempt: number): void {
    if (this.#hub) this.#hub.join(subscription, channel, since, attempt);
    // Without a leader nothing is sent: a new leader makes all tabs join.
    else if (this.#hasLeader) this.#send({ kind: 'join', subscription, channel, since, attempt });
  }

  leave(subscription: string, channel: Channel): void {
    if (this.#hub) this.#hub.leave(subscription, channel);
    else this.#send({ kind: 'leave', subscription, channel });
  }

  wake(): void {
    if (this.#hub) this.#hub.wake();
    else this.#doubt('wake', limits.DOUBTFUL_PONG_MS);
  }

  reconnect(): void {
    if (this.#hub) this.#hub.reconnect();
    else this.#send({ kind: 'reconnect' });
  }

  close(): void {
    this.#closed = true;
    this.#cancelBeat?.();
    this.#waiting?.abort();
    this.#retire();
    for (const release of this.#release) release();
    this.#channel.close();
    this.#events.state({ status: 'closed' });
  }

  #lockOf(tab: string): string {
    return `${this.#name} ${tab}`;
  }

  /** Requests a lock, and holds it until this tab is closed, or the lock is stolen. */
  #hold(
    name: string,
    options: Parameters<Tabs['locks']['request']>[1],
    held: () => void,
    lost?: () => void,
  ): void {
    const holding = new Promise<void>((release) => this.#release.push(release));
    this.#tabs.locks
      .request(name, options, () => {
        if (this.#closed) return Promise.resolve();
        held();
        return holding;
      })
      .catch(() => {
        if (!this.#closed) lost?.();
      });
  }

  /** Becomes the leader: when the previous one is gone, or, with `steal`, at once. */
  #lead(steal = false): void {
    this.#waiting?.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    this.#hold(
      `${this.#name} leader`,
      steal ? { steal } : { signal: waiting.signal },
      () => {
        if (this.#waiting === waiting) this.#started();
      },
      () => {
        if (this.#waiting !== waiting) return;
        this.#retire();
        this.#lead();
        this.#send({ kind: 'hello' });
        this.#beat();
      },
    );
  }

  #started(): void {
    // The clock makes it greater than the term of a leader that this tab has no message of.
    this.#term = Math.max(this.#term + 1, this.#environment.now());
    this.#notices = 0;
    this.#cancelBeat?.();
    const hub = new Hub(this.#options, this.#environment, {
      up: () => {
        this.#tell({ kind: 'up' });
        this.#events.up();
      },
      event: (event) => {
        this.#tell({ kind: 'event', event });
        this.#events.event(event);
      },
      joined: (joined) => {
        this.#tell({ kind: 'joined', joined });
        this.#events.joined(joined);
      },
      state: (state) => {
        // This tab does not lead any more, so the end of its connection is not reported.
        if (this.#hub !== hub) return;
        this.#state = state;
        this.#tell({ kind: 'state', state });
        this.#events.state(state);
      },
    });
    this.#hub = hub;
    // Other tabs learn from this notice who the leader is, and join; the first `join` opens the
    // connection.
    this.#tell({ kind: 'state', state: this.#state });
    this.#events.up();
  }

  #retire(): void {
    const hub = this.#hub;
    this.#hub = undefined;
    this.#hasLeader = false;
    this.#others.clear();
    this.#state = { status: 'connecting' };
    hub?.close();
  }

  #send(request: Request): void {
    if (!this.#hub && !this.#closed) this.#channel.postMessage({ from: this.#tab, request });
  }

  #tell(notice: Notice): void {
    if (!this.#hub) return;
    this.#notices += 1;
    this.#channel.postMessage({ term: this.#term, number: this.#notices, notice });
  }

  #requested(from: string, request: Request): void {
    const hub = this.#hub;
    if (!hub) return;
    const subscriptions = this.#subscriptionsOf(from, hub);
    switch (request.kind) {
      case 'join':
        subscriptions.set(request.subscription, request.channel);
        hub.join(request.subscription, request.channel, request.since, request.attempt);
        return;
      case 'leave':
        subscriptions.delete(request.subscription);
        hub.leave(request.subscription, request.channel);
        return;
      case 'reconnect':
        hub.reconnect();
        return;
      case 'wake':
        hub.wake();
        break;
      case 'hello':
        hub.check();
    }
    this.#tell({ kind: 'state', state: this.#state });
  }

  /** The subscriptions of another tab. Their channels are left when the tab is gone. */
  #subscriptionsOf(tab: string, hub: Hub): Map<string, Channel> {
    const known = this.#others.get(tab);
    if (known) return known;
    const subscriptions = new Map<string, Channel>();
    this.#others.set(tab, subscriptions);
    void this.#tabs.locks.request(this.#lockOf(tab), {}, () => {
      this.#others.delete(tab);
      for (const [subscription, channel] of subscriptions) hub.leave(subscription, channel);
      return Promise.resolve();
    });
    return subscriptions;
  }

  #noticed({ term, number, notice }: Extract<Message, { notice: Notice }>): void {
    if (this.#hub || this.#closed || term < this.#term) return;
    this.#heardAt = this.#environment.now();
    const missed = term !== this.#term || number !== this.#notices + 1;
    this.#hasLeader = true;
    this.#term = term;
    this.#notices = number;
    if (missed && notice.kind !== 'up') this.#events.up();
    switch (notice.kind) {
      case 'up':
        this.#events.up();
        return;
      case 'event':
        this.#events.event(notice.event);
        return;
      case 'joined':
        this.#events.joined(notice.joined);
        return;
      case 'state':
        this.#events.state(
          // An error that is copied between tabs loses its class.
          notice.state.status === 'refused'
            ? { status: 'refused', error: new TokenRefusedError() }
            : notice.state,
        );
        // The timers of a hidden leader are late.
        if (notice.state.status === 'waiting' && this.#environment.isVisible()) {
          const afterMs = Math.max(0, notice.state.retryAtMs - this.#environment.now());
          this.#beatAfter(afterMs, () => {
            this.#doubt('hello', limits.PONG_MS);
          });
        }
    }
  }

  /**
   * A visible tab checks from time to time that its leader responds, and makes a hidden leader check
   * the connection. A hidden tab waits until it is visible.
   */
  #beat(): void {
    if (this.#hub || !this.#environment.isVisible()) return;
    const silentMs = Math.abs(this.#environment.now() - this.#heardAt);
    if (silentMs >= limits.VISIBLE_BEAT_MS) this.#doubt('hello', limits.PONG_MS);
    else
      this.#beatAfter(limits.VISIBLE_BEAT_MS - silentMs, () => {
        this.#beat();
      });
  }

  /** Sends the leader a message, and takes the lock from a leader that does not respond. */
  #doubt(kind: 'hello' | 'wake', deadlineMs: number): void {
    const heardAt = this.#heardAt;
    this.#send({ kind });
    this.#beatAfter(deadlineMs, () => {
      if (this.#hub) return;
      if (this.#heardAt === heardAt) this.#lead(true);
      this.#beat();
    });
  }

  #beatAfter(ms: number, next: () => void): void {
    this.#cancelBeat?.();
    this.#cancelBeat = this.#environment.setTimer(next, ms);
  }
}
