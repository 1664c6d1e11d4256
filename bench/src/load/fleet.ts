import { connect, type Connection } from '@blogapp/realtime-client/raw';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/statistics.ts';
import { pooled } from './pooled.ts';
import type {
  EchoRequest,
  EchoResult,
  OpenRequest,
  OpenResult,
  PingRequest,
  PingResult,
} from './protocol.ts';

/** The message of every client: JSON with an action that has no route, so it goes to `$default`. */
const message = JSON.stringify({ action: 'echo', data: 'x'.repeat(64) });

/**
 * How many responses every connection gets before measuring starts, so that there are no cold
 * starts.
 */
const warmUpResponses = 10;
const warmUpTimeoutMs = 30_000;

/** The open connections, and what can be measured with them. */
export class Fleet {
  #clients: Connection[] = [];
  #opening = false;

  /** The first `count` connections. */
  take(count: number): Connection[] {
    if (this.#clients.length < count) {
      throw new Error(`${count} connections are needed and ${this.#clients.length} are open`);
    }
    return this.#clients.slice(0, count);
  }

  async open({ url, count, inFlight, handshakeTimeoutMs }: OpenRequest): Promise<OpenResult> {
    const before = this.#clients.length;
    const started = performance.now();
    let failed = 0;
    this.#opening = true;
    await pooled(count, inFlight, async () => {
      if (!this.#opening) return;
      try {
        this.#clients.push(await connect(url, { handshakeTimeoutMs }));
      } catch {
        failed += 1;
      }
    });
    const seconds = (performance.now() - started) / 1000;
    return { opened: this.#clients.length - before, failed, seconds };
  }

  stopOpening(): void {
    this.#opening = false;
  }

  async echo({ connections, warmUpMs, measureMs }: EchoRequest): Promise<EchoResult> {
    const clients = this.take(connections);
    const latencies: number[] = [];
    let measuring = false;
    let running = true;
    let warm = 0;
    let echoed = 0;
    let failed = 0;
    for (const client of clients) {
      let sentAt = performance.now();
      let echoes = 0;
      client.onMessage((text) => {
        const now = performance.now();
        if (text === message) {
          echoed += 1;
          echoes += 1;
          if (echoes === warmUpResponses) warm += 1;
          if (measuring) latencies.push(now - sentAt);
        } else {
          failed += 1;
        }
        if (!running) return;
        sentAt = now;
        client.send(message);
      });
      client.send(message);
    }
    await delay(warmUpMs);
    const deadline = performance.now() + warmUpTimeoutMs;
    while (warm < clients.length) {
      if (performance.now() > deadline) throw new Error('some connections have no response');
      await delay(10);
    }
    measuring = true;
    const started = performance.now();
    await delay(measureMs);
    measuring = false;
    const seconds = (performance.now() - started) / 1000;
    running = false;
    // This waits for the responses to messages that are still under way, before anything else is
    // measured.
    await delay(100);
    for (const client of clients) client.onMessage(undefined);
    return {
      echoed,
      failed,
      echoesPerSecond: latencies.length / seconds,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
    };
  }

  async pingAll({ inFlight, timeoutMs }: PingRequest): Promise<PingResult> {
    const clients = [...this.#clients];
    const started = performance.now();
    let responded = 0;
    await pooled(clients.length, inFlight, async (index) => {
      const response = await clients[index]?.ask(message, timeoutMs).catch(() => undefined);
      if (response === message) responded += 1;
    });
    const seconds = (performance.now() - started) / 1000;
    return { responded, silent: clients.length - responded, seconds };
  }

  async close(): Promise<number> {
    const clients = this.#clients;
    this.#clients = [];
    await Promise.all(clients.map((client) => client.close()));
    return clients.length;
  }

  drop(): void {
    for (const client of this.#clients) client.drop();
    this.#clients = [];
  }
}
