import { costOf, LIST_PRICES, totalOf, usdPer, type PriceName } from './index.ts';

describe('list prices', () => {
  it('are positive, and name what they are for and their source', () => {
    for (const [name, price] of Object.entries(LIST_PRICES.prices)) {
      expect({ name, usd: price.usd > 0, per: price.per > 0 }).toEqual({
        name,
        usd: true,
        per: true,
      });
      expect(price.unit).not.toBe('');
      // A price comes from AWS's Price List, or from a page; then its caveat says what is
      // uncertain.
      const isListed = price.source.startsWith('https://pricing.us-east-1.amazonaws.com/offers/');
      expect({ name, usageType: 'usageType' in price, caveat: 'caveat' in price }).toEqual({
        ...{ name, usageType: isListed, caveat: !isListed },
      });
      // CloudFront has one list for all regions.
      const list = price.source.includes('/AmazonCloudFront/')
        ? '/current/index.json'
        : `/current/${LIST_PRICES.region}/index.json`;
      expect(price.source).toMatch(isListed ? list : /^https:\/\/aws\.amazon\.com\//);
    }
    expect(LIST_PRICES.lookedUp).toMatch(/^\d{4}-\d{2}$/);
  });

  it('of other services say in which copy they were read, and what is uncertain about them', () => {
    const { metered, plans } = LIST_PRICES.alternatives;
    for (const [name, price] of Object.entries({ ...metered, ...plans })) {
      expect({ name, source: price.source }).toEqual({
        name,
        source: expect.stringMatching(/^https:\/\//),
      });
      expect([price.readIn, price.caveat]).not.toContain('');
    }
  });

  it('are given for one unit', () => {
    expect(usdPer('webSocketMessage')).toBeCloseTo(0.00000126, 12);
    expect(usdPer('gigabyteSecond')).toBeCloseTo(0.0000166667, 12);
  });
});

describe('the cost of a usage', () => {
  it('is summed by service', () => {
    const costs = costOf({
      webSocketMessage: 2_000_000,
      webSocketConnectionMinute: 4_000_000,
      invocation: 5_000_000,
    });
    expect(costs['API Gateway']).toBeCloseTo(2 * 1.26 + 4 * 0.315, 9);
    expect(costs.Lambda).toBeCloseTo(1, 9);
    expect(totalOf(costs)).toBeCloseTo(4.78, 9);
  });

  it('leaves out services that were not used', () => {
    expect(Object.keys(costOf({ queueRequest: 1 }))).toEqual(['SQS']);
  });

  it('knows the service of every price', () => {
    for (const name of Object.keys(LIST_PRICES.prices) as PriceName[]) {
      expect(totalOf(costOf({ [name]: LIST_PRICES.prices[name].per }))).toBeCloseTo(
        LIST_PRICES.prices[name].usd,
        9,
      );
    }
  });
});
