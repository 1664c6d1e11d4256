import { setTimeout as delay } from 'node:timers/promises';
import type { Fleet } from './fleet.ts';
import type { FloodRequest, FloodResult } from './protocol.ts';

/** Lets connections send many messages at once, and counts the pongs that they get. */
export async function flood(
  fleet: Fleet,
  { connections, messages, text, silenceMs }: FloodRequest,
): Promise<FloodResult> {
  const clients = fleet.take(connections);
  const wanted = connections * messages;
  const started = performance.now();
  let pongs = 0;
  let wrong = 0;
  let unordered = 0;
  let lastAt = started;
  for (const client of clients) {
    let previous = '';
    client.onMessage((response) => {
      lastAt = performance.now();
      const { type, at = '' } = JSON.parse(response) as { type?: string; at?: string };
      if (type !== 'pong') {
        wrong += 1;
        return;
      }
      pongs += 1;
      // These ISO times have the same length, so their texts compare as the times do.
      if (at < previous) unordered += 1;
      previous = at;
    });
  }
  for (const client of clients) for (let sent = 0; sent < messages; sent += 1) client.send(text);
  while (pongs + wrong < wanted && performance.now() - lastAt < silenceMs) await delay(10);
  for (const client of clients) client.onMessage(undefined);
  return { pongs, wrong, unordered, seconds: (lastAt - started) / 1000 };
}
