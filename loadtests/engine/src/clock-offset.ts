import { now } from './clock.ts';
import type { ClockOffset } from './run-record.ts';

const pings = 9;

/**
 * Compares a server's clock with the generator's. It pings the server several times and uses the
 * fastest round trip, on the assumption that the server read its clock in the middle of it. The
 * server gives its time in the header `x-time` (ms since 1970), or in `date` (with a precision of a
 * second).
 *
 * @throws Error if there is no response, or if the response has no time
 */
export async function measureClock(url: string): Promise<ClockOffset> {
  let best: ClockOffset | undefined;
  for (let ping = 0; ping < pings; ping += 1) {
    const sentAt = now();
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    const respondedAt = now();
    const exact = response.headers.get('x-time');
    const date = response.headers.get('date');
    const theirs = exact === null ? Date.parse(date ?? '') + 500 : Number(exact);
    if (Number.isNaN(theirs)) throw new Error('the response has neither "x-time" nor "date"');
    const errorMs = (respondedAt - sentAt) / 2 + (exact === null ? 500 : 0);
    const offsetMs = theirs - (sentAt + respondedAt) / 2;
    if (best === undefined || errorMs < best.errorMs) best = { of: url, offsetMs, errorMs };
  }
  if (best === undefined) throw new Error('it was not pinged');
  return best;
}
