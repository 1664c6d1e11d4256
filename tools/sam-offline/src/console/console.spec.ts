import {
  succeededOf,
  failedOf,
  logOf,
  NOW_MS,
  requestOf,
  startedOf,
  TRACE_ID,
} from '../insights/testing/facts.ts';
import { changeId } from '../services/index.ts';
import { MASK } from './mask.ts';
import { type ConsoleFixture, startConsole } from './testing/console-fixture.ts';

let page: ConsoleFixture;

afterEach(() => page.close());

const JSON_HEADERS = { 'content-type': 'application/json' };

describe('who may ask', () => {
  it.each([
    ['another host’s name, as DNS rebinding sends it', { host: 'evil.example' }, 421],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
  ])('refuses %s', async (_who, headers, statusCode) => {
    page = await startConsole();
    const response = await page.ask({ path: '/api/stack', headers });
    expect(response.statusCode).toBe(statusCode);
    expect(response.text).not.toContain('shop');
  });

  it.each([
    ['from another origin', { ...JSON_HEADERS, origin: 'http://evil.example' }, 403],
    ['as a form sends it', { 'content-type': 'text/plain' }, 415],
  ])('changes nothing when it is asked %s', async (_how, headers, statusCode) => {
    page = await startConsole();
    const path = '/api/functions/Api/invocations';
    const response = await page.ask({ method: 'POST', path, headers, body: '{"event":"{}"}' });
    expect(response.statusCode).toBe(statusCode);
    expect(page.asked).toEqual([]);
  });

  it('invokes for its own page, and for a program', async () => {
    page = await startConsole();
    const path = '/api/functions/Api/invocations';
    for (const origin of [{ origin: page.url }, {}]) {
      const headers = { ...JSON_HEADERS, ...origin };
      const response = await page.ask({ method: 'POST', path, headers, body: '{"event":"{}"}' });
      expect(JSON.parse(response.text)).toMatchObject({ requestId: 'request-2', ok: true });
    }
    expect(page.asked).toEqual(['invoke Api {}', 'invoke Api {}']);
  });

  it('changes nothing by GET', async () => {
    page = await startConsole();
    const { paths } = (await page.get('/api/openapi.json')) as { paths: Record<string, object> };
    for (const [path, operations] of Object.entries(paths)) {
      if (!('get' in operations)) continue;
      await page.ask({ path: path.replaceAll(/\{\w+\}/g, 'Api') });
    }
    expect(Object.keys(paths).length).toBeGreaterThan(15);
    expect(page.asked).toEqual([]);
  });

  it('lets the page load nothing but its own script and style', async () => {
    page = await startConsole();
    const { headers, text } = await page.ask({ path: '/' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("connect-src 'self' ws://127.0.0.1:4000;");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(text).not.toMatch(/https?:\/\//);
  });

  it('says what is wrong with a request', async () => {
    page = await startConsole();
    const wrong = await page.ask({ path: '/api/logs?limit=-1' });
    expect([wrong.statusCode, wrong.text]).toEqual([400, expect.stringContaining('limit')]);
    expect((await page.ask({ path: '/api/nothing' })).statusCode).toBe(404);
    expect(
      (await page.ask({ path: '/api/stack', method: 'PUT', headers: JSON_HEADERS })).statusCode,
    ).toBe(405);
  });
});

describe('the page', () => {
  it('is built from its sources when it is first asked for', async () => {
    page = await startConsole();
    const script = await page.ask({ path: '/console.js' });
    expect(script.headers['content-type']).toContain('text/javascript');
    expect(script.text.length).toBeGreaterThan(20_000);
    expect((await page.ask({ path: '/console.css' })).text).toContain('.u-wrap');
  });
});

/** The facts of one request to which a function responded. */
function tellRequest(): void {
  const timeMs = page.bus.now();
  const segmentId = 'a'.repeat(16);
  page.bus.emit(
    startedOf({ timeMs: timeMs - 12 }),
    '{"headers":{"Authorization":"Bearer abcdef","accept":"*/*"},"id":"<script>"}',
  );
  page.bus.emit(
    logOf({
      timeMs: timeMs - 5,
      requestId: 'request-1',
      text: JSON.stringify({
        level: 'WARN',
        message: 'slow <b>table</b>',
        correlation_id: 'c-1',
        token: 'abc-secret',
      }),
    }),
  );
  page.bus.emit({
    ...{ type: 'aws.call', timeMs: timeMs - 3, traceId: TRACE_ID, parentId: segmentId },
    ...{ service: 'dynamodb', operation: 'Query', resource: 'posts', statusCode: 200 },
    ...{ requestBytes: 10, responseBytes: 20, durationMs: 2, invocationId: 'request-1' },
    resources: [{ name: 'posts', items: 3, readUnits: 1.5 }],
  });
  page.bus.emit(
    succeededOf({ timeMs, segmentId, parentId: 'b'.repeat(16), initDurationMs: 80 }),
    Buffer.from('{"statusCode":200}'),
  );
  page.bus.emit(
    requestOf({
      timeMs: timeMs + 1,
      traceId: TRACE_ID,
      segmentId: 'b'.repeat(16),
      durationMs: 100,
    }),
  );
}

describe('what happened', () => {
  beforeEach(async () => {
    page = await startConsole();
    tellRequest();
  });

  it('finds log lines by level and field, and returns those that came since', async () => {
    const found = (await page.get('/api/logs?q=level:warn%20correlation_id:c-1')) as {
      lines: { id: number; message: string; correlationId: string }[];
      position: number;
    };
    expect(found.lines).toMatchObject([{ message: 'slow <b>table</b>', correlationId: 'c-1' }]);
    page.bus.emit(logOf({ timeMs: page.bus.now(), text: 'later' }));
    const since = await page.get(`/api/logs?afterId=${found.position}`);
    expect(since).toMatchObject({ lines: [{ message: 'later' }], left: 0 });
  });

  it('keeps the newest lines, and says how many more there are', async () => {
    for (let index = 0; index < 50; index++) {
      page.bus.emit(logOf({ timeMs: page.bus.now(), text: `line ${index}` }));
    }
    const response = (await page.get('/api/logs?q=line&limit=3')) as {
      lines: { message: string }[];
    };
    expect(response.lines.map(({ message }) => message)).toEqual(['line 47', 'line 48', 'line 49']);
    expect(response).toMatchObject({ left: 47 });
  });

  it('masks secrets of a line until they are asked for', async () => {
    const { lines } = (await page.get('/api/logs?q=slow')) as { lines: { id: number }[] };
    const path = `/api/logs/${lines[0]?.id ?? 0}`;
    expect(await page.get(path)).toMatchObject({ text: expect.not.stringContaining('abc-secret') });
    expect(await page.get(`${path}?reveal=true`)).toMatchObject({
      text: expect.stringContaining('abc-secret'),
    });
  });

  it('draws a trace: the gateway, the cold start apart, the call with its units', async () => {
    const trace = (await page.get(`/api/traces/${TRACE_ID}`)) as {
      rows: { kind: string; name: string; detail: string; depth: number }[];
    };
    expect(trace.rows.map(({ kind, depth }) => `${depth} ${kind}`)).toEqual([
      '0 gateway',
      '1 invocation',
      '2 init',
      '2 aws',
    ]);
    expect(trace.rows[3]).toMatchObject({
      name: 'DynamoDB Query',
      detail: 'posts, 3 items 1.5 RCU',
    });
    const list = await page.get('/api/traces?q=route:"GET%20/items"%20cold:true');
    expect(list).toMatchObject({ traces: [{ id: TRACE_ID, name: 'GET /items', statusCode: 200 }] });
  });

  it('puts pushes into the trace of the invocation that made them, thousands as one bar', async () => {
    for (let index = 0; index < 3000; index++) {
      page.bus.emit({
        ...{ type: 'connections.call', timeMs: page.bus.now() - 6, traceId: TRACE_ID },
        ...{ invocationId: 'request-1', connectionId: `c${index}=`, method: 'POST' },
        ...{ statusCode: index === 7 ? 410 : 200, bytes: 40, durationMs: 0.1 },
      });
    }
    const { rows } = (await page.get(`/api/traces/${TRACE_ID}`)) as {
      rows: { id: string; kind: string; depth: number; detail: string }[];
    };
    const group = rows.find(({ kind }) => kind === 'group');
    expect(group).toMatchObject({ name: 'push', depth: 2, detail: '3000 times, 1 failed' });
    const path = `/api/traces/${TRACE_ID}/groups/${encodeURIComponent(group?.id ?? '')}`;
    expect(await page.get(`${path}?offset=7&limit=1`)).toMatchObject({
      ...{ total: 3000, rows: [{ connectionId: 'c7=', status: 'error' }] },
    });
  });

  it('shows the stack of an error that a line holds', async () => {
    const stack = 'Error: no stock\n    at sell (/var/task/index.mjs:3:7)';
    const text = JSON.stringify({ level: 'ERROR', message: 'failed', error: { stack } });
    page.bus.emit(logOf({ timeMs: page.bus.now(), text }));
    const { lines } = (await page.get('/api/logs?q=failed')) as { lines: { id: number }[] };
    expect(await page.get(`/api/logs/${lines[0]?.id ?? 0}`)).toMatchObject({ stack });
  });

  it('shows an invocation’s event with its secrets masked, and sends the real one again', async () => {
    const shown = (await page.get('/api/invocations/request-1')) as { event: string };
    expect(JSON.parse(shown.event)).toEqual({
      headers: { Authorization: MASK, accept: '*/*' },
      id: '<script>',
    });
    expect(shown).toMatchObject({
      isMasked: true,
      result: '{"statusCode":200}',
      report: expect.stringContaining('Init Duration: 80.00 ms'),
      calls: [{ operation: 'Query', readUnits: 1.5 }],
      logs: expect.arrayContaining([expect.objectContaining({ message: 'slow <b>table</b>' })]),
    });
    const path = '/api/invocations/request-1/again';
    await page.ask({ method: 'POST', path, headers: JSON_HEADERS, body: '{}' });
    expect(page.asked).toEqual([expect.stringContaining('"Bearer abcdef"')]);
  });

  it('finds the invocation that failed', async () => {
    page.bus.emit(failedOf({ timeMs: page.bus.now(), requestId: 'request-9' }));
    expect(await page.get('/api/invocations?q=outcome:failed')).toMatchObject({
      invocations: [{ requestId: 'request-9', error: 'Error: out of stock' }],
    });
  });

  it('counts the calls on the map', async () => {
    const { nodes } = (await page.get('/api/map')) as { nodes: object[] };
    expect(nodes).toMatchObject([
      { id: 'function:shop-api', kind: 'function', key: 'shop-api', calls: 1, errors: 0 },
    ]);
  });

  it('masks variables with secrets', async () => {
    expect(await page.get('/api/stack')).toMatchObject({
      functions: [{ environment: { API_TOKEN: MASK, MODE: 'test' } }],
    });
  });
});

describe('connections', () => {
  const connectionId = 'Abc=';

  beforeEach(async () => {
    page = await startConsole();
    page.connections.push({
      ...{ connectionId, apiId: 'api1', stage: 'dev', connectedAt: 1, lastActiveAt: 2 },
      ...{ sourceIp: '127.0.0.1', authorizer: { userId: 'alice', accessToken: 'secret' } },
    });
  });

  it('shows who is connected, and what was said both ways', async () => {
    const of = { connectionId, apiId: 'api1', stage: 'dev', timeMs: page.bus.now() };
    const text = '{"action":"hello"}';
    page.bus.emit({ ...of, type: 'message.received', requestId: 'm', bytes: 18 }, text);
    const binary = Buffer.from([0xff, 0x00]);
    page.bus.emit({ ...of, type: 'frame.sent', bytes: 4, cause: 'push' }, binary);
    page.bus.emit(
      {
        ...{ ...of, type: 'connections.call', method: 'POST', statusCode: 200 },
        ...{ bytes: 5, frameBytes: 7, durationMs: 1 },
      },
      Buffer.from('hello'),
    );
    expect(await page.get('/api/connections?q=userId:alice')).toMatchObject({
      connections: [{ connectionId, authorizer: { userId: 'alice', accessToken: MASK } }],
    });
    expect(await page.get(`/api/connections/${encodeURIComponent(connectionId)}`)).toMatchObject({
      messages: [
        { direction: 'in', text, isBinary: false },
        { direction: 'out', text: 'ff00', isBinary: true, cause: 'push' },
        { direction: 'out', text: 'hello', bytes: 7, isBinary: false, cause: 'push' },
      ],
    });
  });

  it('sends and closes, and refuses codes that no server may send', async () => {
    const base = `/api/connections/${encodeURIComponent(connectionId)}`;
    const post = (path: string, body: object) =>
      page.ask({
        method: 'POST',
        path: base + path,
        headers: JSON_HEADERS,
        body: JSON.stringify(body),
      });
    expect((await post('/messages', { text: 'hi' })).statusCode).toBe(200);
    expect((await post('/close', { code: 4001, reason: 'bye' })).statusCode).toBe(200);
    expect((await post('/close', { code: 1005 })).statusCode).toBe(400);
    expect(page.asked).toEqual([`send ${connectionId} hi`, `close ${connectionId} 4001 bye`]);
  });
});

describe('a table’s stream', () => {
  const TABLE = `
  Notes:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: notes
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      StreamSpecification: { StreamViewType: NEW_AND_OLD_IMAGES }
  Plain:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: plain }
`;
  const keys = { id: { S: '1' } };
  const second = Math.floor(NOW_MS / 1000);
  const recordOf = (eventName: string, number: number, images: object) => ({
    eventName,
    dynamodb: {
      ...{ ApproximateCreationDateTime: second, Keys: keys, SequenceNumber: String(number) },
      ...images,
    },
  });
  const old = { ...keys, token: { S: 'secret' } };
  const records = [
    recordOf('INSERT', 1, { NewImage: old }),
    recordOf('MODIFY', 2, { OldImage: old, NewImage: { ...old, text: { S: 'needle' } } }),
    { ...recordOf('REMOVE', 3, { OldImage: old }), userIdentity: { type: 'Service' } },
  ];

  beforeEach(async () => {
    page = await startConsole(TABLE, { streams: { notes: records } });
  });

  it('is listed newest first, with its images, its secrets masked', async () => {
    const { records: rows, ...others } = (await page.get('/api/tables/notes/stream')) as {
      records: object[];
    };
    expect(others).toEqual({ viewType: 'NEW_AND_OLD_IMAGES', left: 0 });
    expect(rows).toMatchObject([
      { eventName: 'REMOVE', isExpiry: true, timeMs: second * 1000 },
      {
        eventName: 'MODIFY',
        isExpiry: false,
        newImage: { text: { S: 'needle' }, token: { S: MASK } },
      },
      { eventName: 'INSERT', keys, newImage: keys },
    ]);
    expect(await page.get('/api/tables/notes/stream?contains=needle&reveal=true')).toMatchObject({
      records: [{ sequenceNumber: '2', oldImage: old }],
      left: 0,
    });
    expect(await page.get('/api/tables/notes/stream?limit=1')).toMatchObject({
      records: [{ sequenceNumber: '3' }],
      left: 2,
    });
  });

  it('leads to the trace of the batch that carried a record', async () => {
    page.bus.emit({
      ...{ type: 'batch.read', timeMs: NOW_MS + 20, traceId: TRACE_ID, records: 1, bytes: 1 },
      ...{ functionName: 'shop-api', source: 'dynamodb-stream', sourceName: 'notes', ageMs: 1 },
      ...{ mapping: 'Mapping', carries: [changeId('notes', keys, second)] },
    });
    expect(await page.get('/api/tables/notes/stream')).toMatchObject({
      records: [{ traceId: TRACE_ID }, { traceId: TRACE_ID }, { traceId: TRACE_ID }],
    });
  });

  it('is refused for a table without one, and for no table', async () => {
    const plain = await page.ask({ path: '/api/tables/plain/stream' });
    expect([plain.statusCode, plain.text]).toEqual([404, expect.stringContaining('no stream')]);
    expect((await page.ask({ path: '/api/tables/none/stream' })).statusCode).toBe(404);
  });
});

describe('following', () => {
  it('listens to facts only while a page is open, and sends it their number', async () => {
    page = await startConsole();
    const subscribe = jest.spyOn(page.bus, 'subscribe');
    const stop = new AbortController();
    const response = await fetch(`${page.url}/api/live`, { signal: stop.signal });
    expect(subscribe).toHaveBeenCalledTimes(1);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    page.bus.emit(logOf());
    page.bus.emit(logOf());
    let text = '';
    while (!text.includes('event: tick')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: hello');
    expect(text).toContain('data: {"log":2}');
    stop.abort();
  });
});

it('runs for a template without functions', async () => {
  page = await startConsole('  Queue: { Type: AWS::SQS::Queue }');
  expect(await page.get('/api/map')).toMatchObject({ nodes: [{ kind: 'queue' }] });
  expect(await page.get('/api/traces')).toEqual({ traces: [], left: 0 });
});

const APIS = `
  Shop:
    Type: AWS::Serverless::HttpApi
    Properties:
      Name: the-shop
      AccessLogSettings:
        DestinationArn: arn:aws:logs:us-east-1:000000000000:log-group:shop-access
        Format: '{"code":"$context.status","key":"$context.routeKey","verb":"$context.httpMethod","url":"$context.path","ms":"$context.responseLatency","id":"$context.requestId"}'
  Plain:
    Type: AWS::Serverless::HttpApi
    Properties:
      Name: plain
      AccessLogSettings:
        DestinationArn: arn:aws:logs:us-east-1:000000000000:log-group:plain-access
        Format: '$context.identity.sourceIp "$context.httpMethod $context.path" $context.status $context.requestId'
`;

describe('lines of gateways', () => {
  beforeEach(async () => {
    page = await startConsole(APIS);
    const { httpApis } = (await page.get('/api/stack')) as { httpApis: { apiId: string }[] };
    const [shop, plain] = httpApis.map(({ apiId }) => apiId);
    const { functionName: _name, ...line } = logOf({
      timeMs: page.bus.now(),
      source: 'access-log',
    });
    const text = '{"code":"503","key":"GET /items","verb":"GET","url":"/items","ms":"250"}';
    const of = { logGroup: 'shop-access', logStream: 's', requestId: 'r-1' };
    page.bus.emit({ ...line, ...of, text, apiId: shop });
    page.bus.emit({ ...line, ...of, text: '127.0.0.1 "GET /" 200', apiId: plain });
    page.bus.emit(requestOf({ timeMs: page.bus.now(), apiId: shop, durationMs: 20 }));
  });

  const found = async (q: string): Promise<string[]> => {
    const { lines } = (await page.get(`/api/logs?q=${encodeURIComponent(q)}`)) as {
      lines: { kind: string; source: string; message: string }[];
    };
    return lines.map(({ kind, source, message }) => `${kind} ${source}: ${message}`);
  };

  it('have the names of the template, and differ from the lines of functions', async () => {
    expect(await found('')).toEqual([
      'access-log Shop: GET /items 503 in 250 ms',
      'access-log Plain: 127.0.0.1 "GET /" 200',
      'gateway Shop: GET /items 200 in 20.0 ms',
    ]);
  });

  it.each([
    ['status>499', ['access-log']],
    ['level:error', ['access-log']],
    ['route:"GET /items" latency<100', ['gateway']],
    ['source:the-shop', ['access-log', 'gateway']],
    ['function:Shop', []],
  ])('are found by %s', async (q, kinds) => {
    expect((await found(q)).map((line) => line.split(' ')[0])).toEqual(kinds);
  });

  it('have all their fields when one is looked at', async () => {
    const { lines } = (await page.get('/api/logs')) as { lines: { id: number }[] };
    expect(await page.get(`/api/logs/${lines[0]?.id ?? 0}`)).toMatchObject({
      ...{ source: 'Shop', aliases: ['the-shop', expect.any(String)], logGroup: 'shop-access' },
      access: { status: 503, route: 'GET /items', method: 'GET', path: '/items', latency: 250 },
    });
  });
});
