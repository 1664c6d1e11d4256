import { succeededOf, logOf, NOW_MS, TRACE_ID } from '../insights/testing/facts.ts';
import { type ConsoleFixture, startConsole } from './testing/console-fixture.ts';

let page: ConsoleFixture;

afterEach(() => page.close());

const MB = 1024 * 1024;

// Storing 100,000 facts takes seconds, and longer if other tests run at the same time.
jest.setTimeout(90_000);

describe('a log line of 10 MB', () => {
  it.each([
    ['a word', 'x'],
    ['line feeds', '\n'],
    ['spaces', ' '],
    ['tabs', '\t'],
    ['JSON that does not end', '{"a":'],
    ['names of secrets', '"token'],
    ['backslashes', '\\'],
    ['beginnings of tokens', 'eyJhbGciOi-'],
  ])('of %s is cut in the list, and shown up to 1 MB', async (_what, repeated) => {
    page = await startConsole();
    const text = repeated.repeat(Math.ceil((10 * MB) / repeated.length));
    page.bus.emit(logOf({ timeMs: page.bus.now(), text }));
    page.bus.emit(logOf({ timeMs: page.bus.now(), text: 'after it' }));
    const { lines } = (await page.get('/api/logs')) as { lines: { id: number; message: string }[] };
    expect(lines.map(({ message }) => message.length <= 401)).toEqual([true, true]);
    const detail = (await page.get(`/api/logs/${lines[0]?.id ?? 0}`)) as { text: string };
    expect(detail.text.length).toBeLessThan(MB + 100);
    expect(detail.text).toContain(`(${text.length} characters)`);
  });
});

it('gives an item of 400 KB whole', async () => {
  const table = `
  Notes:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: notes }
`;
  const text = 'x'.repeat(400 * 1024 - 10);
  const item = { id: { S: '1' }, text: { S: text } };
  page = await startConsole(table, { responses: { Scan: { Items: [item] } } });
  expect(await page.get('/api/tables/notes/items')).toMatchObject({ items: [item], read: 1 });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ item });
  const response = await page.ask({
    method: 'PUT',
    path: '/api/tables/notes/items',
    headers,
    body,
  });
  expect(response.statusCode).toBe(200);
  expect(page.asked.at(-1)).toBe('dynamodb DynamoDB_20120810.PutItem');
});

it('shows the beginning of a binary frame of 128 KB as hexadecimal digits', async () => {
  page = await startConsole();
  const of = { connectionId: 'Abc=', apiId: 'api1', stage: 'dev', timeMs: page.bus.now() };
  const frame = Buffer.alloc(128 * 1024, 0xfe);
  page.bus.emit({ ...of, type: 'frame.sent', bytes: frame.length, cause: 'push' }, frame);
  const { messages } = (await page.get('/api/connections/Abc%3D')) as {
    messages: { text: string; isBinary: boolean; left: number }[];
  };
  expect(messages).toMatchObject([{ isBinary: true, left: 256 * 1024 - 64 * 1024 }]);
  expect(messages[0]?.text).toBe('fe'.repeat(32 * 1024));
});

it('lists the newest of 50,000 connections, and finds one of them', async () => {
  page = await startConsole();
  for (let index = 0; index < 50_000; index++) {
    page.connections.push({
      ...{ connectionId: `c${index}=`, apiId: 'api1', stage: 'dev', sourceIp: '127.0.0.1' },
      ...{ connectedAt: NOW_MS, lastActiveAt: NOW_MS, authorizer: { userId: `user-${index}` } },
    });
  }
  const all = (await page.get('/api/connections')) as { connections: object[] };
  expect(all).toMatchObject({ total: 50_000, matching: 50_000 });
  expect(all.connections).toHaveLength(1000);
  expect(all.connections[0]).toMatchObject({ connectionId: 'c49999=' });
  expect(await page.get('/api/connections?q=userId:user-31415')).toMatchObject({
    ...{ total: 50_000, matching: 1, connections: [{ connectionId: 'c31415=' }] },
  });
});

describe('a trace with 100,000 spans', () => {
  const SPANS = 100_000;

  beforeEach(async () => {
    page = await startConsole();
    page.bus.emit(
      succeededOf({ timeMs: page.bus.now(), segmentId: 'a'.repeat(16), durationMs: 1000 }),
    );
  });

  const traced = async () =>
    (await page.get(`/api/traces/${TRACE_ID}`)) as {
      spans: number;
      rows: { id: string; depth: number; kind: string }[];
    };

  it('is one bar where they are pushes, of which each can be looked at', async () => {
    for (let index = 0; index < SPANS; index++) {
      page.bus.emit({
        ...{ type: 'connections.call', timeMs: page.bus.now(), traceId: TRACE_ID },
        ...{ invocationId: 'request-1', connectionId: `c${index}=`, method: 'POST' },
        ...{ statusCode: 200, bytes: 40, durationMs: 0.1 },
      });
    }
    const { spans, rows } = await traced();
    expect([spans, rows.length]).toEqual([SPANS + 1, 2]);
    const path = `/api/traces/${TRACE_ID}/groups/${encodeURIComponent(rows[1]?.id ?? '')}`;
    expect(await page.get(`${path}?offset=${SPANS - 1}&limit=1`)).toMatchObject({
      ...{ total: SPANS, rows: [{ kind: 'push' }] },
    });
  });

  it('is drawn where half are in the one before each, and half have names of their own', async () => {
    const deepest = SPANS / 2;
    for (let index = 0; index < SPANS; index++) {
      const timeMs = page.bus.now();
      const document = JSON.stringify({
        ...{ id: idOf(index), trace_id: TRACE_ID, name: `step ${index}`, type: 'subsegment' },
        ...{ parent_id: index === 0 || index > deepest ? 'a'.repeat(16) : idOf(index - 1) },
        ...{ start_time: timeMs / 1000, end_time: timeMs / 1000 },
      });
      page.bus.emit({ type: 'segment', timeMs, traceId: TRACE_ID, document });
    }
    const { spans, rows } = await traced();
    expect([spans, rows.length]).toEqual([SPANS + 1, SPANS + 1]);
    expect(rows.reduce((depth, row) => Math.max(depth, row.depth), 0)).toBe(deepest + 1);
  });
});

function idOf(index: number): string {
  return index.toString(16).padStart(16, '0');
}

describe('a port that is taken', () => {
  it('is refused with its error code, and the console that has the port continues', async () => {
    page = await startConsole();
    const { port } = new URL(page.url);
    await expect(startConsole(undefined, { port: Number(port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(await page.get('/api/stack')).toMatchObject({ name: 'shop' });
  });
});

describe('two open pages', () => {
  it('both get the facts, and one still gets them after the other has gone', async () => {
    page = await startConsole();
    const [first, second] = await Promise.all([follow(page.url), follow(page.url)]);
    page.bus.emit(logOf());
    await Promise.all([first.until('{"log":1}'), second.until('{"log":1}')]);
    first.stop();
    page.bus.emit(logOf());
    page.bus.emit(logOf());
    await second.until('{"log":2}');
    second.stop();
  });
});

/** Follows the facts as a page does. It resolves after the first message of the server. */
async function follow(url: string) {
  const abort = new AbortController();
  const response = await fetch(`${url}/api/live`, { signal: abort.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const until = async (wanted: string): Promise<void> => {
    while (!text.includes(wanted)) text += (await reader?.read())?.value ?? '';
  };
  await until('event: hello');
  return {
    until,
    stop: () => {
      abort.abort();
    },
  };
}
