import { IdempotencyMismatchError, RequestInProgressError } from '../errors.ts';
import { startLocalTables, type LocalTables, type TestTables } from '../testing/local-tables.ts';
import { CLAIM_LIFE_MS, createIdempotencyStore, IDEMPOTENCY_LIFE_MS } from './idempotency.ts';
import { createRateLimiter } from './rate-limiter.ts';

describe('what is known of requests', () => {
  let local: LocalTables;
  let tables: TestTables;
  let nowMs: number;
  const now = () => nowMs;

  beforeAll(async () => {
    local = await startLocalTables();
  });
  afterAll(() => local.close());
  beforeEach(async () => {
    tables = await local.create();
    nowMs = Date.parse('2026-11-23T12:00:00Z');
  });

  describe('idempotency keys', () => {
    const REQUEST = { userId: 'bob', key: 'key-1', requestHash: 'hash-1' };
    const RESPONSE = { status: 201, headers: { location: '/posts/1' }, body: '{"title":"Ünï"}' };
    const store = () => createIdempotencyStore({ ...tables, now });

    async function claim(request = REQUEST) {
      const outcome = await store().begin(request);
      if (outcome.kind !== 'claimed') throw new Error('expected a claim');
      return outcome.claim;
    }

    it('gives the first request a claim, and later ones its response', async () => {
      const claimed = await claim();
      expect(claimed.resourceId).toMatch(/^[0-9A-Z]{26}$/);
      await store().complete(claimed, RESPONSE);
      expect(await store().begin(REQUEST)).toEqual({ kind: 'completed', response: RESPONSE });
    });

    it('refuses the key for another request, also while the first is worked on', async () => {
      const claimed = await claim();
      const other = { ...REQUEST, requestHash: 'hash-2' };
      await expect(store().begin(other)).rejects.toThrow(IdempotencyMismatchError);
      await store().complete(claimed, RESPONSE);
      await expect(store().begin(other)).rejects.toThrow(IdempotencyMismatchError);
    });

    it('gives one of many requests at once the claim, and tells the others to wait', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 10 }, () => store().begin(REQUEST)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        expect(result.reason).toBeInstanceOf(RequestInProgressError);
        expect(result.reason).toMatchObject({ retryAfterMs: CLAIM_LIFE_MS });
      }
    });

    it('gives an expired claim to one other worker, for the same resource', async () => {
      const dead = await claim();
      nowMs += CLAIM_LIFE_MS;
      const results = await Promise.allSettled(
        Array.from({ length: 5 }, () => store().begin(REQUEST)),
      );
      const outcomes = results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(outcomes).toEqual([
        { kind: 'claimed', claim: expect.objectContaining({ resourceId: dead.resourceId }) },
      ]);
      // The first function is still running; its response comes too late.
      await store().complete(dead, { ...RESPONSE, status: 500 });
      await expect(store().begin(REQUEST)).rejects.toThrow(RequestInProgressError);
    });

    it('lets a request be tried again at once when its claim is released', async () => {
      const first = await claim();
      await store().release(first);
      const second = await claim();
      expect(second.resourceId).toBe(first.resourceId);
      await store().complete(second, RESPONSE);
      await store().release(second);
      expect(await store().begin(REQUEST)).toEqual({ kind: 'completed', response: RESPONSE });
    });

    it('forgets a response after 24 hours, whether or not its row still exists', async () => {
      await store().complete(await claim(), RESPONSE);
      nowMs += IDEMPOTENCY_LIFE_MS - 1_000;
      expect(await store().begin({ ...REQUEST })).toMatchObject({ kind: 'completed' });
      nowMs += 1_000;
      expect(await store().begin({ ...REQUEST, requestHash: 'other' })).toMatchObject({
        kind: 'claimed',
      });
    });

    it('keeps the keys of users apart', async () => {
      await claim();
      await claim({ ...REQUEST, userId: 'carol' });
      await claim({ ...REQUEST, userId: 'bob#key', key: '1' });
      await claim({ ...REQUEST, userId: 'bob', key: 'key#1' });
    });
  });

  describe('rate limits', () => {
    const limiter = () => createRateLimiter({ ...tables, capacity: 5, refillPerSecond: 2, now });
    const take = () => limiter().take('write:bob');

    it('allows a burst, then one request for each token that comes back', async () => {
      for (let taken = 0; taken < 5; taken += 1) expect(await take()).toEqual({ allowed: true });
      expect(await take()).toEqual({ allowed: false, retryAfterMs: 500 });
      nowMs += 400;
      expect(await take()).toEqual({ allowed: false, retryAfterMs: 100 });
      nowMs += 100;
      expect(await take()).toEqual({ allowed: true });
      expect(await take()).toMatchObject({ allowed: false });
    });

    it('never has more tokens than its capacity', async () => {
      await take();
      nowMs += 3_600_000;
      for (let taken = 0; taken < 5; taken += 1) expect(await take()).toEqual({ allowed: true });
      expect(await take()).toMatchObject({ allowed: false });
    });

    it('allows exactly its capacity when 20 requests come at once', async () => {
      const verdicts = await Promise.all(Array.from({ length: 20 }, take));
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(5);
    });

    it('counts each subject separately', async () => {
      for (let taken = 0; taken < 6; taken += 1) await take();
      expect(await limiter().take('write:carol')).toEqual({ allowed: true });
    });
  });
});
