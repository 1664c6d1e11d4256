import { ACCOUNT_THROTTLE, routeThrottle } from './route-throttle.ts';

const { rateLimit, burstLimit } = ACCOUNT_THROTTLE;

describe('the throttle of a route', () => {
  it('is the route’s own, else the default of the stage', () => {
    const api = {
      throttle: { rateLimit: 0, burstLimit: 2 },
      routeThrottles: { one: { rateLimit: 0, burstLimit: 1 } },
    };
    const taken = (routeKey: string): number => {
      const throttle = routeThrottle(api, routeKey);
      let count = 0;
      while (throttle?.take() === true) count++;
      return count;
    };
    expect([taken('one'), taken('two')]).toEqual([1, 2]);
  });

  it('is undefined if the template sets none', () => {
    expect(routeThrottle({}, 'one')).toBeUndefined();
  });

  it.each([
    ['as high as', { rateLimit, burstLimit }],
    ['higher than', { rateLimit: rateLimit * 10, burstLimit: burstLimit * 10 }],
  ])('is undefined if it is %s the account’s, which is reached first', (_, throttle) => {
    expect(routeThrottle({ throttle }, 'one')).toBeUndefined();
  });

  it.each([
    ['rate', { rateLimit: rateLimit - 1, burstLimit }],
    ['burst', { rateLimit, burstLimit: burstLimit - 1 }],
  ])('applies if its %s is below the account’s', (_, throttle) => {
    expect(routeThrottle({ throttle }, 'one')).toBeDefined();
  });
});
