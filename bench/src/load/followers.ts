import { createRealtimeClient, type SocketConstructor } from '@blogapp/realtime-client';
import type { Channel } from '@blogapp/shared-types';
import ReconnectingWebSocket from 'partysocket/ws';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { pooled } from './pooled.ts';
import type { FollowedRequest, FollowedResult, FollowRequest } from './protocol.ts';

/** A WebSocket without compression, as in the other clients of the benches. */
class PlainSocket extends WebSocket {
  constructor(url: string, protocols: string[] = []) {
    super(url, protocols, { perMessageDeflate: false });
  }
}

/** One client, with either library. */
class Follower {
  /** How often each event was received, by its id. */
  readonly events = new Map<string, number>();
  isConnected = false;
  readonly #times: Times;
  #opened: () => void = () => undefined;
  readonly opened = new Promise<void>((opened) => {
    this.#opened = opened;
  });

  constructor(times: Times) {
    this.#times = times;
  }

  connected(isConnected: boolean): void {
    if (this.isConnected === isConnected) return;
    this.isConnected = isConnected;
    if (isConnected) {
      this.#times.opened.push(performance.now());
      this.#opened();
    } else {
      this.#times.lostAt ??= performance.now();
    }
  }

  event(id: string): void {
    this.events.set(id, (this.events.get(id) ?? 0) + 1);
    this.#times.lastEventAt = performance.now();
  }
}

interface Times {
  readonly opened: number[];
  lostAt?: number;
  lastEventAt: number;
}

/** Clients that reconnect by themselves. */
export class Followers {
  readonly #times: Times = { opened: [], lastEventAt: 0 };
  readonly #followers: Follower[] = [];

  async follow({
    url,
    channel,
    since,
    count,
    inFlight,
    client,
  }: FollowRequest): Promise<undefined> {
    const start = client === 'ours' ? followWithOurs : followWithPlain;
    await pooled(count, inFlight, async () => {
      const follower = new Follower(this.#times);
      this.#followers.push(follower);
      start(follower, url, channel, since);
      await follower.opened;
    });
    return undefined;
  }

  async followed({ ids, silenceMs }: FollowedRequest): Promise<FollowedResult> {
    let [state, changedAt] = ['', performance.now()];
    for (;;) {
      const next = `${this.#connected()} ${this.#missed(ids)}`;
      if (next !== state) [state, changedAt] = [next, performance.now()];
      if (state === `${this.#followers.length} 0`) break;
      if (performance.now() - changedAt > silenceMs) break;
      await delay(100);
    }
    const { lostAt = 0, opened, lastEventAt } = this.#times;
    const again = opened.filter((time) => time > lostAt).map((time) => time - lostAt);
    const result = {
      missed: this.#missed(ids),
      repeated: this.#sum(({ events }) => [...events.values()].filter((times) => times > 1).length),
      connected: this.#connected(),
      connectedMs: Math.max(0, ...again),
      caughtUpMs: lastEventAt - lostAt,
      mostASecond: mostWithinASecond(again),
    };
    // What is measured next begins with the next connection that is lost.
    opened.length = 0;
    delete this.#times.lostAt;
    return result;
  }

  #connected(): number {
    return this.#sum(({ isConnected }) => Number(isConnected));
  }

  #missed(ids: readonly string[]): number {
    return this.#sum(({ events }) => ids.filter((id) => !events.has(id)).length);
  }

  #sum(count: (follower: Follower) => number): number {
    return this.#followers.reduce((sum, follower) => sum + count(follower), 0);
  }
}

function followWithOurs(follower: Follower, url: string, channel: Channel, since: string): void {
  const client = createRealtimeClient({
    url,
    webSocket: PlainSocket as unknown as SocketConstructor,
  });
  client.onStateChange(() => {
    follower.connected(client.state.status === 'open');
  });
  client.subscribe(channel, {
    since,
    onEvent: ({ id }) => {
      follower.event(id);
    },
  });
}

/**
 * The usual code with a library that only reconnects: it subscribes whenever the connection is
 * open.
 */
function followWithPlain(follower: Follower, url: string, channel: Channel): void {
  const socket = new ReconnectingWebSocket(url, [], { WebSocket: PlainSocket });
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ action: 'subscribe', channels: [channel] }));
  });
  socket.addEventListener('close', () => {
    follower.connected(false);
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, type } = JSON.parse(String(data)) as { id?: string; type?: string };
    if (type === 'subscribed') follower.connected(true);
    if (id !== undefined) follower.event(id);
  });
}

/** The most times within one second. @param times in ms, in any order */
function mostWithinASecond(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  let [most, first] = [0, 0];
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[first] ?? 0) >= 1000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
