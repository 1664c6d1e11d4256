import { request } from 'undici';
import type { Fleet } from './fleet.ts';
import type { BroadcastRequest, BroadcastResult } from './protocol.ts';
import { createSigner } from './sigv4.ts';

/** The operator's credentials on sam-offline's endpoints. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local', region: 'ap-northeast-1' };
const contentType = 'application/json';

/**
 * Posts a signed request, and waits until every connection has received a message with its marker.
 * The request is sent from this process, so one clock measures both ends.
 */
export async function measureBroadcast(
  fleet: Fleet,
  { url, body, marker, connections, timeoutMs }: BroadcastRequest,
): Promise<BroadcastResult> {
  const clients = fleet.take(connections);
  const everybody = Promise.withResolvers<undefined>();
  let received = 0;
  let repeated = 0;
  let firstAt = 0;
  let lastAt = 0;
  for (const client of clients) {
    let had = false;
    client.onMessage((text) => {
      if (!text.includes(marker)) return;
      if (had) {
        repeated += 1;
        return;
      }
      had = true;
      received += 1;
      lastAt = performance.now();
      if (received === 1) firstAt = lastAt;
      if (received === connections) everybody.resolve(undefined);
    });
  }
  const timer = setTimeout(() => {
    everybody.resolve(undefined);
  }, timeoutMs);

  const { host, pathname } = new URL(url);
  const signer = createSigner({ ...credentials, host, body, contentType });
  const startedAt = performance.now();
  const answer = await request(url, {
    method: 'POST',
    headers: signer.sign(pathname, new Date()),
    body,
  });
  const text = await answer.body.text();
  const answerMs = performance.now() - startedAt;
  if (answer.statusCode < 300) await everybody.promise;
  clearTimeout(timer);
  for (const client of clients) client.onMessage(undefined);
  return {
    status: answer.statusCode,
    answer: text,
    received,
    repeated,
    firstMs: firstAt - startedAt,
    lastMs: lastAt - startedAt,
    answerMs,
  };
}
