import { takeTurns } from './rounds.ts';

describe('takeTurns', () => {
  it('measures every variant once a round, beginning with another one each time', async () => {
    const order: string[] = [];
    const variants = ['a', 'b', 'c'].map((name) => ({
      name,
      measure: (round: number) => {
        order.push(`${name}${round}`);
        return Promise.resolve({ value: round });
      },
    }));

    const samples = await takeTurns(variants, 3, () => undefined);

    expect(order).toEqual(['a0', 'b0', 'c0', 'b1', 'c1', 'a1', 'c2', 'a2', 'b2']);
    expect(samples.get('b')).toEqual([{ value: 0 }, { value: 1 }, { value: 2 }]);
  });

  it('never measures two variants at once', async () => {
    let running = 0;
    let most = 0;
    const measure = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setImmediate(done));
      running -= 1;
      return {};
    };

    await takeTurns(
      [
        { name: 'a', measure },
        { name: 'b', measure },
      ],
      2,
      () => undefined,
    );

    expect(most).toBe(1);
  });
});
