import { encodeSegment } from '@blogapp/broadcast/signing-keys';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../harness/statistics.ts';
import type { Fleet } from './fleet.ts';
import { openHttpConnection } from './http-connection.ts';
import { operatorKeys } from './operator.ts';
import type { PushRequest, PushResult } from './protocol.ts';
import { createSigner, type Signer } from './sigv4.ts';

const body = JSON.stringify({ type: 'announcement', data: 'x'.repeat(64) });

/** Pushes signed messages to open connections, `inFlight` at once, and counts those that arrive. */
export async function measurePushes(
  fleet: Fleet,
  { connectionsUrl, targets, inFlight, warmUpMs, measureMs, arrivalTimeoutMs }: PushRequest,
): Promise<PushResult> {
  const { origin, host, pathname } = new URL(connectionsUrl);
  const base = pathname.replace(/\/$/, '');
  const recipients = fleet.take(targets);
  const paths: string[] = [];
  for (const recipient of recipients) {
    const connectionId = await recipient.ask('connection-id', arrivalTimeoutMs);
    paths.push(`${base}/@connections/${encodeSegment(connectionId)}`);
  }
  let arrived = 0;
  for (const recipient of recipients) {
    recipient.onMessage((text) => {
      if (text === body) arrived += 1;
    });
  }

  // serverless-offline does not check signatures.
  const sign = signOncePerSecond(createSigner({ ...operatorKeys, host, body }));
  const refused: Record<string, number> = {};
  const latencies: number[] = [];
  let accepted = 0;
  let next = 0;
  let measuring = false;
  let running = true;
  const work = async (): Promise<void> => {
    const connection = await openHttpConnection(origin);
    try {
      while (running) {
        const path = paths[next % paths.length] ?? '';
        next += 1;
        const started = performance.now();
        const status = await connection.post(path, sign(path), body);
        // AWS responds with 200, serverless-offline with 204.
        if (status === 200 || status === 204) {
          accepted += 1;
          if (measuring) latencies.push(performance.now() - started);
        } else {
          refused[status] = (refused[status] ?? 0) + 1;
        }
      }
    } finally {
      connection.close();
    }
  };

  const workers = Promise.all(Array.from({ length: inFlight }, work));
  await Promise.race([workers, delay(warmUpMs)]);
  measuring = true;
  const started = performance.now();
  await Promise.race([workers, delay(measureMs)]);
  measuring = false;
  const seconds = (performance.now() - started) / 1000;
  running = false;
  await workers;
  if (latencies.length === 0) throw new Error(`no push was accepted: ${JSON.stringify(refused)}`);

  const deadline = performance.now() + arrivalTimeoutMs;
  while (arrived < accepted && performance.now() < deadline) await delay(10);
  for (const recipient of recipients) recipient.onMessage(undefined);
  return {
    accepted,
    pushesPerSecond: latencies.length / seconds,
    refused,
    lost: Math.max(0, accepted - arrived),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

/**
 * Returns header lines for a path. A signature is valid for the second in its date, so one is made
 * for each second and path.
 */
function signOncePerSecond(signer: Signer): (path: string) => string {
  const lines = new Map<string, string>();
  let signedAt = 0;
  return (path) => {
    const second = Math.floor(Date.now() / 1000);
    if (second !== signedAt) {
      lines.clear();
      signedAt = second;
    }
    let signed = lines.get(path);
    if (signed === undefined) {
      const headers = signer.sign(path, new Date(second * 1000));
      signed = Object.entries(headers).reduce((text, [k, v]) => `${text}${k}: ${v}\r\n`, '');
      lines.set(path, signed);
    }
    return signed;
  };
}
