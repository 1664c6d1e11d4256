import type { Fleet } from './fleet.ts';
import { requestBroadcast } from './operator.ts';
import type { BroadcastRequest, BroadcastResult } from './protocol.ts';

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

  const startedAt = performance.now();
  const { status, text } = await requestBroadcast(url, body);
  const responseMs = performance.now() - startedAt;
  if (status < 300) await everybody.promise;
  clearTimeout(timer);
  for (const client of clients) client.onMessage(undefined);
  return {
    status,
    response: text,
    received,
    repeated,
    firstMs: firstAt - startedAt,
    lastMs: lastAt - startedAt,
    responseMs,
  };
}
