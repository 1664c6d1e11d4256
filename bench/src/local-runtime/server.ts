import { connect } from '@blogapp/realtime-client/raw';
import { setTimeout as delay } from 'node:timers/promises';
import type { OwnedProcess } from '../harness/index.ts';

/** A product under test. */
export interface Product {
  readonly name: string;
  /** Starts it from nothing; the caller has to stop the process. */
  start(logFile: string): Promise<StartedProduct>;
}

export interface StartedProduct {
  readonly process: OwnedProcess;
  readonly webSocketUrl: string;
  /** Matches the output that says that it is ready. */
  readonly readyPattern: RegExp;
  /** Returns the base URL of the `@connections` API; call it when the product is ready. */
  readConnectionsUrl(): Promise<string>;
}

export interface StartTimes {
  /**
   * The time from the start of the process to the first connection whose `$connect` succeeded (ms).
   */
  readonly startupMs: number;
  /** The time from the start of the process to its line that says that it is ready (ms). */
  readonly readyMs: number;
}

const startTimeoutMs = 60_000;

/** Waits until a product has accepted a first connection and has said that it is ready. */
export async function awaitStart(started: StartedProduct): Promise<StartTimes> {
  const { process, webSocketUrl, readyPattern } = started;
  const ready = process
    .waitForOutput(readyPattern, startTimeoutMs)
    .then(() => performance.now() - process.startedAt);
  const connected = awaitConnection(process, webSocketUrl);
  const [readyMs, startupMs] = await Promise.all([ready, connected]);
  return { readyMs, startupMs };
}

async function awaitConnection(process: OwnedProcess, url: string): Promise<number> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      const client = await connect(url);
      const startupMs = performance.now() - process.startedAt;
      client.drop();
      return startupMs;
    } catch (error) {
      process.assertRunning();
      if (performance.now() > deadline) throw error;
      await delay(10);
    }
  }
}
