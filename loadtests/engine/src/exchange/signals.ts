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

/** A message's delivery times at one worker's readers, for its spread over all. */
export interface SpreadReport {
  readonly key: string;
  readonly intendedAt: number;
  /** ms, in no order */
  readonly latencies: Float32Array;
}

/** What workers tell each other and the main thread. */
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
  /** From the main thread: hand in your part. */
  | { readonly kind: 'finish'; readonly interrupted: boolean }
  | { readonly kind: 'part'; readonly part: WorkerPart };

export interface Envelope {
  readonly from: string;
  readonly signals: readonly Signal[];
}

/** How long signals that are in no hurry are collected, ms. */
const batchMs = 20;

/**
 * Artillery's threads share no memory; a `BroadcastChannel` joins all that belong to one process. Signals
 * of one sender arrive in order.
 */
export class Exchange {
  readonly name: string;
  readonly #channel: BroadcastChannel;
  #batch: Signal[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param name the sender's, different for each
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
    // It is no reason to go on running.
    this.#channel.unref();
  }

  /** Sends soon, together with others. */
  send(signal: Signal): void {
    this.#batch.push(signal);
    this.#timer ??= setTimeout(() => {
      this.flush();
    }, batchMs).unref();
  }

  /** Sends what was collected now. */
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
