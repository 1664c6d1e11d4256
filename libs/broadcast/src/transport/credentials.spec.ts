import { CredentialsCache } from './credentials.ts';

const MINUTE = 60_000;

describe('CredentialsCache', () => {
  let now: number;
  let asked: number;
  let failure: Error | undefined;
  let cache: CredentialsCache;

  beforeEach(() => {
    now = Date.parse('2026-11-23T08:00:00Z');
    asked = 0;
    failure = undefined;
    cache = new CredentialsCache(
      async () => {
        if (failure !== undefined) throw failure;
        asked += 1;
        return {
          accessKeyId: `key-${asked}`,
          secretAccessKey: 'secret',
          expiration: new Date(now + 60 * MINUTE),
        };
      },
      () => now,
    );
  });

  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it('asks once for credentials that stay good', async () => {
    await Promise.all([cache.ready(), cache.ready()]);
    now += 54 * MINUTE;
    await cache.ready();
    expect(cache.current().accessKeyId).toBe('key-1');
    expect(asked).toBe(1);
  });

  it('renews them in the background in their last five minutes, and uses them meanwhile', async () => {
    await cache.ready();
    now += 56 * MINUTE;
    expect(cache.current().accessKeyId).toBe('key-1');
    await settle();
    expect(cache.current().accessKeyId).toBe('key-2');
    expect(asked).toBe(2);
  });

  it('keeps using them while the provider fails, and asks again', async () => {
    await cache.ready();
    now += 56 * MINUTE;
    failure = new Error('the metadata service is away');
    expect(cache.current().accessKeyId).toBe('key-1');
    await settle();
    failure = undefined;
    expect(cache.current().accessKeyId).toBe('key-1');
    await settle();
    expect(cache.current().accessKeyId).toBe('key-2');
  });

  it('waits for new ones when the old ones are about to expire', async () => {
    await cache.ready();
    now += 60 * MINUTE;
    await cache.ready();
    expect(cache.current().accessKeyId).toBe('key-2');
  });

  it("rejects with the provider's error when there are none to use", async () => {
    failure = new Error('no role');
    await expect(cache.ready()).rejects.toThrow('no role');
  });
});
