import { recipientId } from './protocol.ts';
import { Tally } from './tally.ts';

describe('Tally', () => {
  it('counts each recipient once, however many pushes it gets', () => {
    const tally = new Tally({ recipients: 3 });

    expect([0, 1, 1].map((index) => tally.respond(index))).toEqual([200, 200, 200]);
    expect(tally.stats()).toMatchObject({ requests: 3, delivered: 3, reached: 2 });
  });

  it('responds with 410 for one recipient in a hundred', () => {
    const tally = new Tally({ recipients: 1000, staleRest: 7 });

    for (let index = 0; index < 1000; index += 1) tally.respond(index);

    expect(tally.respond(107)).toBe(410);
    expect(tally.stats()).toMatchObject({ delivered: 990, gone: 11, reached: 1000 });
  });

  it('throttles beyond the burst, and accepts requests again as tokens are added', () => {
    let now = 0;
    const limit = { rateLimit: 10_000, burstLimit: 5_000 };
    const tally = new Tally({ recipients: 10_000, limit }, () => now);
    const accepted = (pushes: number): number =>
      Array.from({ length: pushes }, (_, index) => tally.respond(index)).filter(
        (status) => status === 200,
      ).length;

    expect(accepted(6_000)).toBe(5_000);
    now = 100;
    expect(accepted(6_000)).toBe(1_000);
    now = 10_000;
    expect(accepted(6_000)).toBe(5_000);
    expect(tally.stats().throttled).toBe(7_000);
  });
});

describe('recipientId', () => {
  it('sorts as the numbers do, and contains the number', () => {
    const indexes = [0, 35, 36, 999_999, 10_000_000];
    const ids = indexes.map(recipientId);

    expect(ids.toSorted()).toEqual(ids);
    expect(ids.map((id) => Number.parseInt(id.slice(0, 5), 36))).toEqual(indexes);
  });
});
