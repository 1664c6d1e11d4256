import { randomUUID } from 'node:crypto';

/** The event that the product would send for a broadcast request, with the same number of bytes. */
export function payloadOf(request: string): string {
  const { channel, type, data } = JSON.parse(request) as Record<string, unknown>;
  return JSON.stringify({
    type,
    id: '01JDB3V4W5X6Y7Z8A9B0C1D2E3',
    channel,
    occurredAt: new Date().toISOString(),
    data,
    meta: { correlationId: randomUUID() },
  });
}
