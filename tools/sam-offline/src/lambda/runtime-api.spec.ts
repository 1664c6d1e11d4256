import { createInvocation, MAXIMUM_RESPONSE_BYTES } from './invocation.ts';
import { RuntimeApi, type RuntimeErrorReport, type RuntimeResponse } from './runtime-api.ts';
import { waitUntil } from './testing/lambda-fixture.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:f';
const BASE = '/2018-06-01/runtime';

describe('RuntimeApi', () => {
  let api: RuntimeApi;
  let address: string;
  let ready: number;
  let unready: number;
  let responses: RuntimeResponse[];
  let initErrors: RuntimeErrorReport[];

  beforeEach(async () => {
    [ready, unready, responses, initErrors] = [0, 0, [], []];
    api = new RuntimeApi(ARN, {
      ready: () => (ready += 1),
      unready: () => (unready += 1),
      responded: (response) => responses.push(response),
      initFailed: (error) => initErrors.push(error),
    });
    address = await api.listen();
  });
  afterEach(() => {
    api.close();
  });

  const send = (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ) =>
    fetch(`http://${address}${BASE}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
  const never = () => undefined;

  /** Makes the runtime ask for an invocation, and gives it one. */
  async function invoke(payload = '{}', clientContext?: string) {
    const asked = ready;
    const next = send('GET', '/invocation/next');
    await waitUntil(() => ready > asked);
    const options = clientContext === undefined ? {} : { clientContext };
    const invocation = createInvocation(
      payload,
      { traceId: 'Root=1-2-3', ...options },
      never,
      never,
    );
    api.dispatch(invocation, 1_700_000_000_000);
    return { response: await next, id: invocation.requestId };
  }

  it('gives an invocation with AWS’s headers', async () => {
    const { response, id } = await invoke('{"é":1}', Buffer.from('{"a":"ü"}').toString('base64'));
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/json',
      'content-length': '8',
      'lambda-runtime-aws-request-id': id,
      'lambda-runtime-deadline-ms': '1700000000000',
      'lambda-runtime-invoked-function-arn': ARN,
      'lambda-runtime-trace-id': 'Root=1-2-3',
      'lambda-runtime-client-context': String.raw`{"a":"\u00fc"}`,
    });
    expect(await response.text()).toBe('{"é":1}');
  });

  it('accepts a response with 202', async () => {
    const { id } = await invoke();
    const response = await send('POST', `/invocation/${id}/response`, '{"ok":1}');
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ status: 'OK' });
    expect(responses).toMatchObject([{ type: 'response', body: Buffer.from('{"ok":1}') }]);
  });

  it('accepts an error with its type', async () => {
    const { id } = await invoke();
    const body = '{"errorType":"E"}';
    const headers = { 'Lambda-Runtime-Function-Error-Type': 'Runtime.E' };
    expect((await send('POST', `/invocation/${id}/error`, body, headers)).status).toBe(202);
    expect(responses).toEqual([
      { type: 'error', error: { errorType: 'Runtime.E', body: Buffer.from(body) } },
    ]);
  });

  it('refuses a response that is too large with 413', async () => {
    const { id } = await invoke();
    const bytes = MAXIMUM_RESPONSE_BYTES + 1;
    const response = await send('POST', `/invocation/${id}/response`, 'x'.repeat(bytes));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({
      errorType: 'RequestEntityTooLarge',
      errorMessage: 'Exceeded maximum allowed payload size (6291556 bytes).',
    });
    expect(responses).toEqual([{ type: 'response-too-large', bytes, maximumBytes: 6_291_556 }]);
  });

  it('refuses a response to another invocation with 400, and a second one with 403', async () => {
    const { id } = await invoke();
    const other = await send('POST', '/invocation/other/response', '1');
    expect(other.status).toBe(400);
    expect(await other.json()).toMatchObject({ errorType: 'InvalidRequestID' });
    await send('POST', `/invocation/${id}/response`, '1');
    const second = await send('POST', `/invocation/${id}/response`, '2');
    expect(second.status).toBe(403);
    expect(await second.json()).toMatchObject({ errorType: 'InvalidStateTransition' });
    expect(responses).toHaveLength(1);
  });

  it('does not give a second invocation before the first one has its response', async () => {
    await invoke();
    expect((await send('GET', '/invocation/next')).status).toBe(403);
  });

  it('accepts an init error once, before the first invocation', async () => {
    expect((await send('POST', '/init/error', '{"errorType":"E"}')).status).toBe(202);
    expect(initErrors).toEqual([{ errorType: undefined, body: Buffer.from('{"errorType":"E"}') }]);
    await invoke();
    expect((await send('POST', '/init/error', '{}')).status).toBe(403);
    expect(initErrors).toHaveLength(1);
  });

  it.each([
    ['POST', '/invocation/next', 405],
    ['GET', '/invocation/x/response', 405],
    ['GET', '/init/error', 405],
    ['GET', '/invocation/x', 404],
    ['GET', '/else', 404],
    ['POST', '/invocation/next/response', 404],
  ])('responds to %s %s with %i', async (method, path, status) => {
    expect((await send(method, path)).status).toBe(status);
  });

  it('reports when a waiting runtime has closed its connection', async () => {
    const controller = new AbortController();
    const next = fetch(`http://${address}${BASE}/invocation/next`, { signal: controller.signal });
    await waitUntil(() => ready === 1);
    controller.abort();
    await expect(next).rejects.toThrow();
    await waitUntil(() => unready === 1);
  });
});
