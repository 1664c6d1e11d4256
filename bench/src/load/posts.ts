import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { quantile } from '../harness/statistics.ts';
import type { Fleet } from './fleet.ts';
import type { PostRequest, PostResult } from './protocol.ts';
import { createSigner, encodeSegment } from './sigv4.ts';

/** The operator's credentials on sam-offline's endpoints; serverless-offline does not look. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local', region: 'ap-northeast-1' };
const body = JSON.stringify({ type: 'announcement', data: 'x'.repeat(64) });

/** Posts signed messages to open connections, `inFlight` at once, and counts what arrives. */
export async function measurePosts(
  fleet: Fleet,
  { connectionsUrl, targets, inFlight, warmUpMs, measureMs, arrivalTimeoutMs }: PostRequest,
): Promise<PostResult> {
  const { origin, host, pathname } = new URL(connectionsUrl);
  const base = pathname.replace(/\/$/, '');
  const clients = fleet.take(targets);
  const paths: string[] = [];
  for (const client of clients) {
    const connectionId = await client.ask('connection-id', arrivalTimeoutMs);
    paths.push(`${base}/@connections/${encodeSegment(connectionId)}`);
  }
  let arrived = 0;
  for (const client of clients) {
    client.onMessage((text) => {
      if (text === body) arrived += 1;
    });
  }

  const signer = createSigner({ ...credentials, host, body });
  const pool = new Pool(origin, { connections: inFlight, pipelining: 1 });
  const refused: Record<string, number> = {};
  const latencies: number[] = [];
  let accepted = 0;
  let next = 0;
  let measuring = false;
  let running = true;
  const work = async (): Promise<void> => {
    while (running) {
      const path = paths[next % paths.length] ?? '';
      next += 1;
      const started = performance.now();
      const response = await pool.request({
        method: 'POST',
        path,
        headers: signer.sign(path, new Date()),
        body,
      });
      await response.body.dump();
      // AWS answers 200, serverless-offline 204.
      if (response.statusCode === 200 || response.statusCode === 204) {
        accepted += 1;
        if (measuring) latencies.push(performance.now() - started);
      } else {
        refused[response.statusCode] = (refused[response.statusCode] ?? 0) + 1;
      }
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
  await pool.close();

  if (latencies.length === 0) throw new Error(`no post was accepted: ${JSON.stringify(refused)}`);

  const deadline = performance.now() + arrivalTimeoutMs;
  while (arrived < accepted && performance.now() < deadline) await delay(10);
  for (const client of clients) client.onMessage(undefined);
  return {
    postsPerSecond: latencies.length / seconds,
    refused,
    lost: Math.max(0, accepted - arrived),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}
