import { generateFunctionCredentials } from './credential-store.ts';
import { placeOfCall } from './place-of-call.ts';

const TRACE = `1-6a0b1c2d-${'a'.repeat(24)}`;
const OTHER = `1-6a0b1c2d-${'b'.repeat(24)}`;
const RUNNING = { requestId: 'r1', traceId: TRACE, segmentId: 'c'.repeat(16) };
const signer = generateFunctionCredentials('Fn', '123456789012', () => RUNNING);

it('finds a call’s invocation by its signer', () => {
  expect(placeOfCall({}, signer)).toEqual({
    ...{ traceId: TRACE, parentId: RUNNING.segmentId, invocationId: 'r1' },
  });
});

it('uses the parent that the call names, if it is in the invocation’s own trace', () => {
  const header = `Root=${TRACE};Parent=${'d'.repeat(16)};Sampled=1`;
  expect(placeOfCall({ 'x-amzn-trace-id': header }, signer)).toEqual({
    ...{ traceId: TRACE, parentId: 'd'.repeat(16), invocationId: 'r1' },
  });
});

it('leaves a call that names another trace in that trace', () => {
  expect(placeOfCall({ 'x-amzn-trace-id': `Root=${OTHER}` }, signer)).toEqual({
    ...{ traceId: OTHER, parentId: undefined, invocationId: undefined },
  });
});

it('finds no invocation for the operator’s calls', () => {
  expect(placeOfCall({}, undefined)).toEqual({
    ...{ traceId: undefined, parentId: undefined, invocationId: undefined },
  });
});
