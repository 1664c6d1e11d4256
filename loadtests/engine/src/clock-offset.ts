import { now } from './clock.ts';
import type { ClockOffset } from './run-record.ts';

const pings = 9;

/**
 * Compares a server's clock with ours: pings it and believes the fastest round trip, in the middle of
 * which the server is taken to have looked at its clock. The server says its time (ms since 1970) in
 * the header `x-time`, or, to the second, in `date`.
 *
 * @throws Error when there is no response, or no time in it
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
