import {
  createSampler,
  isConnectionId,
  newEnvironmentId,
  newGatewayId,
  newRequestId,
  newSegmentId,
  newTraceId,
  readTraceHeader,
  traceHeader,
} from './index.ts';

const ROOT = '1-6a0b1c2d-0123456789abcdef01234567';
const PARENT = '0123456789abcdef';

describe('new ids', () => {
  it.each([
    ['trace ids', () => newTraceId(), /^1-[0-9a-f]{8}-[0-9a-f]{24}$/],
    ['segment ids', newSegmentId, /^[0-9a-f]{16}$/],
    ['API Gateway’s ids', newGatewayId, /^[A-Za-z0-9_-]{15}=$/],
    [
      'request ids',
      newRequestId,
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    ],
    ['environment ids', () => newEnvironmentId(), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/],
  ])('%s have their form, and are never the same', (_name, make, form) => {
    const ids = Array.from({ length: 2000 }, () => make());
    expect(ids.filter((id) => !form.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a trace tell the second in which it began', () => {
    expect(Number.parseInt(newTraceId(1_700_000_000_000).slice(2, 10), 16)).toBe(1_700_000_000);
  });
});

describe('X-Amzn-Trace-Id', () => {
  it.each([
    [`Root=${ROOT}`, { traceId: ROOT }],
    [
      `Root=${ROOT};Parent=${PARENT};Sampled=1`,
      { traceId: ROOT, parentId: PARENT, isSampled: true },
    ],
    [`Self=1-1-1;Sampled=0;Root=${ROOT}`, { traceId: ROOT, isSampled: false }],
    [`Root=${ROOT};Sampled=?`, { traceId: ROOT }],
    [`Root=${ROOT}; Parent=${PARENT}`, { traceId: ROOT, parentId: PARENT }],
  ])('%s is read', (header, expected) => {
    expect(readTraceHeader(header)).toEqual(expected);
  });

  it.each([undefined, '', 'Root=1-2-3', 'Parent=0123456789abcdef', `NotRoot=${ROOT}`])(
    '%s has no trace id',
    (header) => {
      expect(readTraceHeader(header)).toBeUndefined();
    },
  );

  it('is written as it is read', () => {
    const context = { traceId: ROOT, parentId: PARENT, isSampled: false };
    expect(readTraceHeader(traceHeader(context))).toEqual(context);
    expect(traceHeader({ traceId: ROOT })).toBe(`Root=${ROOT}`);
  });
});

it('takes what could be a connection id, and nothing else', () => {
  expect(isConnectionId(newGatewayId())).toBe(true);
  expect(['', 'short=', 'x'.repeat(16), `${'x'.repeat(14)}%=`].filter(isConnectionId)).toEqual([]);
});

it('records fifty traces a second, and 5 % of the rest', () => {
  let nowMs = 0;
  let next = 0;
  const isSampled = createSampler(
    () => nowMs,
    () => (next = (next + 1) % 100) / 100,
  );
  const sampled = (count: number): number =>
    Array.from({ length: count }, () => isSampled()).filter(Boolean).length;
  expect(sampled(50)).toBe(50);
  expect(sampled(100)).toBe(5);
  nowMs = 1000;
  expect(sampled(50)).toBe(50);
});
