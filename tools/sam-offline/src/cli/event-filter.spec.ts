import { logOf, NOW_MS, startedOf } from '../insights/testing/facts.ts';
import { EventFilter } from './event-filter.ts';

const json = logOf({
  requestId: 'request-1',
  text: '2026-11-25T12:00:00.000Z\trequest-1\tINFO\t{"level":"error","error":{"name":"Full"},"size":3}',
});

describe('the filter of facts', () => {
  it('admits everything while nothing is asked for', () => {
    const filter = new EventFilter({ fields: {} });
    expect(filter.isOpen).toBe(true);
    expect(filter.admits(logOf())).toBe(true);
  });

  it('finds a function by its deployed name, and by its logical id once the stack is known', () => {
    const byName = new EventFilter({ functionName: 'shop-api', fields: {} });
    expect(byName.admits(logOf())).toBe(true);
    expect(byName.admits(logOf({ functionName: 'shop-worker' }))).toBe(false);

    const byId = new EventFilter({ functionName: 'ApiFunction', fields: {} });
    expect(byId.admits(logOf())).toBe(false);
    byId.learn({
      ...{ type: 'stack.started', timeMs: NOW_MS, stackName: 'shop', region: 'eu-west-1' },
      ...{ accountId: '1', pid: 1 },
      resources: [{ kind: 'function', logicalId: 'ApiFunction', name: 'shop-api' }],
    });
    expect(byId.admits(logOf())).toBe(true);
  });

  it.each([
    [{ level: 'error' }, true],
    [{ 'error.name': 'Full', size: '3' }, true],
    [{ level: 'error', size: '4' }, false],
    [{ error: 'Full' }, false],
    [{ source: 'stdout' }, true],
    [{ toString: 'x' }, false],
  ])('with the fields %j admits the line: %s', (fields, expected) => {
    expect(new EventFilter({ fields }).admits(json)).toBe(expected);
  });

  it('admits no field of a line that is not JSON', () => {
    const filter = new EventFilter({ fields: { level: 'error' } });
    expect(filter.admits(logOf({ text: '{"level":"error"' }))).toBe(false);
  });

  it('finds what belongs to the request of a line with the correlation id', () => {
    const filter = new EventFilter({ fields: {}, correlationId: 'c-7' });
    filter.learn(logOf({ requestId: 'request-1', text: '{"correlationId":"c-7"}' }));
    expect(filter.admits(startedOf({ requestId: 'request-1' }))).toBe(true);
    expect(filter.admits(startedOf({ requestId: 'request-2' }))).toBe(false);
  });
});
