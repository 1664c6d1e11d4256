import { BroadcastChannel } from 'node:worker_threads';
import type { LedgerPart } from '../ledger/index.ts';
import type { EncodedMetrics } from '../metrics/index.ts';
import type { ClockOffset } from '../run-record.ts';

/** A worker's part of the run's record. */
export interface WorkerPart {
  readonly ledger: LedgerPart;
  readonly metrics: EncodedMetrics;
  readonly clocks: readonly ClockOffset[];
}

/**
 * The delivery times of a message at the readers of one worker. They are needed for the message's
 * spread over all readers.
 */
export interface SpreadReport {
  readonly key: string;
  readonly intendedAt: number;
  /** Delivery times in ms, in no order. */
  readonly latencies: Float32Array;
}

/** The signals between workers, and between a worker and the main thread. */
export type Signal =
  | { readonly kind: 'hello' }
  | {
      readonly kind: 'sent';
      readonly channel: string;
      readonly id: string;
      readonly intendedAt: number;
      readonly sentAt: number;
      readonly by: 'worker' | 'server';
    }
  | {
      readonly kind: 'outcome';
      readonly channel: string;
      readonly id: string;
      readonly state: 'accepted' | 'refused' | 'unconfirmed';
      readonly at: number;
    }
  | {
      readonly kind: 'levels';
      readonly open: number;
      readonly subscribers: number;
      readonly signals: Readonly<Record<string, number>>;
      readonly totals: Readonly<Record<'received' | 'missed' | 'published' | 'errors', number>>;
    }
  | { readonly kind: 'spread'; readonly reports: readonly SpreadReport[] }
  /** From the main thread: it asks for the worker's part. */
  | { readonly kind: 'finish'; readonly interrupted: boolean }
  | { readonly kind: 'part'; readonly part: WorkerPart };

export interface Envelope {
  readonly from: string;
  readonly signals: readonly Signal[];
}

/** How long, in ms, signals that are not urgent are collected. */
const batchMs = 20;

/**
 * Sends and receives signals. Artillery's threads share no memory, and a `BroadcastChannel`
 * connects all threads of one process. Signals of one sender arrive in order.
 */
export class Exchange {
  readonly name: string;
  readonly #channel: BroadcastChannel;
  #batch: Signal[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param name the name of the sender, which no other thread has
   * @param run whose signals to hear; a process has one run
   */
  constructor(
    name: string,
    heard: (signal: Signal, from: string) => void,
    run = `websocket-push ${process.pid}`,
  ) {
    this.name = name;
    this.#channel = new BroadcastChannel(run);
    this.#channel.onmessage = (event): void => {
      const { from, signals } = (event as { data: Envelope }).data;
      for (const signal of signals) heard(signal, from);
    };
    // The channel must not keep the process running.
    this.#channel.unref();
  }

  /** Sends a signal soon, together with others. */
  send(signal: Signal): void {
    this.#batch.push(signal);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, batchMs).unref();
  }

  /** Sends the collected signals now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#batch.length === 0) return;
    const signals = this.#batch;
    this.#batch = [];
    this.#channel.postMessage({ from: this.name, signals } satisfies Envelope);
  }

  close(): void {
    this.flush();
    this.#channel.close();
  }
}
