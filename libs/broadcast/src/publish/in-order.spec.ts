import { STOP_MARGIN_MS } from '../deliver/index.ts';
import { InOrder } from './in-order.ts';

const PLENTY = { remainingMs: () => 60_000 };

describe('InOrder', () => {
  it('runs the work on one key in order, and the work on other keys at the same time', async () => {
    const inOrder = new InOrder();
    const log: string[] = [];
    const first = Promise.withResolvers<undefined>();
    const work = (name: string, until?: Promise<unknown>) => async () => {
      log.push(`${name} starts`);
      await until;
      log.push(`${name} ends`);
    };
    const a1 = inOrder.run('a', PLENTY, work('a1', first.promise));
    const a2 = inOrder.run('a', PLENTY, work('a2'));
    const a3 = inOrder.run('a', PLENTY, work('a3'));
    await inOrder.run('b', PLENTY, work('b'));
    expect(log).toEqual(['a1 starts', 'b starts', 'b ends']);
    first.resolve(undefined);
    await Promise.all([a1, a2, a3]);
    expect(log.slice(3)).toEqual(['a1 ends', 'a2 starts', 'a2 ends', 'a3 starts', 'a3 ends']);
  });

  it('continues after work that failed', async () => {
    const inOrder = new InOrder();
    const failing = inOrder.run('a', PLENTY, () => Promise.reject(new Error('no')));
    const next = inOrder.run('a', PLENTY, () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });

  it('waits no longer than the budget lasts', async () => {
    const inOrder = new InOrder();
    const never = Promise.withResolvers<undefined>();
    void inOrder.run('a', PLENTY, () => never.promise);
    const spent = { remainingMs: () => STOP_MARGIN_MS + 5 };
    await expect(inOrder.run('a', spent, () => Promise.resolve('queued'))).resolves.toBe('queued');
    never.resolve(undefined);
  });
});
