import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StackEvent } from '../../events/index.ts';
import { succeededOf, failedOf, logOf, NOW_MS, requestOf } from '../../insights/testing/facts.ts';
import { EventPrinter } from './event-printer.ts';
import type { Paint } from './style.ts';

const plain: Paint = (_style, text) => text;

function printed(events: readonly StackEvent[], paint: Paint = plain): string[] {
  const lines: string[] = [];
  const printer = new EventPrinter(paint, (line) => lines.push(line));
  for (const event of events) printer.add(event);
  printer.advance(Infinity);
  return lines;
}

const REQUEST = 'request-1';
const json = (fields: object): StackEvent =>
  logOf({ requestId: REQUEST, text: JSON.stringify(fields) });

const started: StackEvent = {
  ...{ type: 'stack.started', timeMs: NOW_MS, stackName: 'shop', region: 'eu-west-1' },
  ...{ accountId: '1', pid: 1 },
  resources: [{ kind: 'function', logicalId: 'ApiFunction', name: 'shop-api' }],
};

describe('the terminal', () => {
  it('has the objects of a function with LogFormat JSON as CloudWatch has them', () => {
    const text = JSON.stringify({
      timestamp: 'now',
      level: 'WARN',
      requestId: REQUEST,
      message: { a: 1 },
    });
    expect(printed([logOf({ requestId: REQUEST, text }), succeededOf()])[1]?.trim()).toBe(text);
  });

  it('has one aligned line for each of what happens, with status, duration and correlation id', () => {
    const of = { apiId: 'a', stage: 'dev', connectionId: 'Abc=' };
    const lines = printed([
      started,
      requestOf({ functionName: 'shop-api', correlationId: 'c-1' }),
      {
        type: 'connection.opened',
        timeMs: NOW_MS,
        requestId: 'r',
        durationMs: 3,
        sourceIp: '::1',
        open: 1,
        ...of,
      },
      {
        ...{ type: 'route.integrated', timeMs: NOW_MS, requestId: 'r', routeKey: 'ping', ...of },
        integration: { outcome: 'responded', latencyMs: 4 },
      },
      succeededOf(),
    ]);
    expect(lines).toHaveLength(4);
    const columns = lines.map((line) => line.search(/(?<=(?:200|101|ok) +[\d.]+ )ms/));
    expect(new Set(columns).size).toBe(1);
    expect(lines[0]).toMatch(/GET +\/items +200 +20 ms ApiFunction {2}c-1$/);
    expect(lines[3]).toMatch(/invoke +ApiFunction +ok +13 ms/);
  });

  it('shows the lines of a function under its invocation, with their JSON read', () => {
    const lines = printed([
      json({
        level: 'INFO',
        message: 'created',
        service: 'shop',
        postId: 'p1',
        correlation_id: 'c-9',
      }),
      json({ level: 'WARN', message: 'slow', postId: 'p1', ms: 12 }),
      succeededOf(),
    ]);
    expect(lines[0]).toMatch(/invoke .* c-9$/);
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^ +INFO {2}created {2}postId=p1$/),
      // A field that has the same value as before is not shown again.
      expect.stringMatching(/^ +WARN {2}slow {2}ms=12$/),
    ]);
  });

  it('reads JSON behind what Node.js puts before a line of console.log', () => {
    const text = '2026-11-25T12:00:00.000Z\tid-1\tINFO\t{"message":"created","a":1}';
    expect(printed([logOf({ requestId: REQUEST, text }), succeededOf()])[1]?.trim()).toBe(
      'INFO  created  a=1',
    );
  });

  it('shows no EMF and no lines of the platform', () => {
    const emf = { _aws: { Timestamp: NOW_MS, CloudWatchMetrics: [] } };
    const lines = printed([
      {
        type: 'environment.starting',
        timeMs: NOW_MS,
        functionName: 'f',
        environmentId: 'e',
        runtimeVersion: 'n',
      },
      json(emf),
      succeededOf(),
    ]);
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toMatch(/_aws|REPORT|START|INIT/);
  });

  it('makes one line of a broadcast, with what was gone', () => {
    const pushes = Array.from({ length: 100 }, (_, index): StackEvent => ({
      ...{ type: 'connections.call', timeMs: NOW_MS + index, method: 'POST', bytes: 10 },
      ...{ statusCode: index === 7 ? 410 : 200, durationMs: 0.1, caller: 'Broadcast' },
      connectionId: `c${index}`,
    }));
    const lines = printed(pushes);
    expect(lines).toEqual([
      expect.stringMatching(/push +100 pushes to 100 connections .*1 × 410 .*Broadcast/),
    ]);
  });

  it('knows the correlation id of a handshake and of a broadcast from the lines of their function', () => {
    const opened: StackEvent = {
      ...{ type: 'connection.opened', timeMs: NOW_MS, requestId: 'r', durationMs: 3, open: 1 },
      ...{ apiId: 'a', stage: 'dev', connectionId: 'Abc=', sourceIp: '::1' },
      invocationId: REQUEST,
    };
    const push: StackEvent = {
      ...{ type: 'connections.call', timeMs: NOW_MS, method: 'POST', bytes: 10 },
      ...{ statusCode: 200, durationMs: 0.1, caller: 'ApiFunction', connectionId: 'Abc=' },
    };
    const line = json({ message: 'm', correlation_id: 'c-7' });
    const lines = printed([started, push, line, succeededOf(), opened]);
    expect(lines.find((text) => text.includes(' connect '))).toMatch(/ c-7$/);
    expect(lines.find((text) => text.includes(' push '))).toMatch(/by ApiFunction {2}c-7$/);
  });

  it('shows a stack trace once if the function has logged it before Lambda logs the error', () => {
    const stack = 'Error: boom\n    at handler (/x/index.js:1:1)';
    const ofLambda = `Invoke Error\t${JSON.stringify({ errorType: 'Error', errorMessage: 'boom', stack: stack.split('\n') })}`;
    const own = json({ level: 'ERROR', message: 'failed', error: { stack: stack.split('\n') } });
    const all = printed([own, logOf({ requestId: REQUEST, text: ofLambda }), failedOf()]);
    expect(all.filter((line) => line.includes('at handler'))).toHaveLength(1);
    expect(all.at(-1)).toMatch(/Invoke Error .*boom/);
    const alone = printed([logOf({ requestId: REQUEST, text: ofLambda }), failedOf()]);
    expect(alone.filter((line) => line.includes('at handler'))).toHaveLength(1);
  });

  it('maps the stack of an error to TypeScript through the source map of the bundle', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stack-'));
    try {
      const map = {
        version: 3,
        sources: ['../src/handler.ts'],
        names: [],
        mappings: 'AAAA;AACA;AAEEA',
      };
      writeFileSync(join(folder, 'index.mjs'), 'a\nb\nc\n//# sourceMappingURL=index.mjs.map\n');
      writeFileSync(join(folder, 'index.mjs.map'), JSON.stringify(map));
      const stack = `Error: boom\n    at handler (file://${folder}/index.mjs:3:1)\n    at node:internal/x:1:1`;
      const lines = printed([
        json({ level: 'ERROR', message: 'failed', error: { name: 'Error', stack } }),
        failedOf(),
      ]);
      expect(lines.join('\n')).toMatch(/src\/handler\.ts:4:3/);
      expect(lines.join('\n')).not.toContain('index.mjs:3:1');
      expect(lines[0]).toMatch(/invoke .* error .*out of stock/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('shows the beginning of a line of 10 MB, and says where it is whole', () => {
    const parts = Array.from({ length: 40 }, (_, index) =>
      logOf({ requestId: REQUEST, text: 'x'.repeat(262_144), isPartial: index < 39 }),
    );
    const lines = printed([...parts, succeededOf()]);
    expect(lines).toHaveLength(2);
    expect(lines[1]?.length).toBeLessThan(400);
    expect(lines[1]).toContain('logs --json');
  });

  it('lets a client’s text move no cursor and forge no line', () => {
    const lines = printed([requestOf({ path: '/\u001b[2J\nGET /admin' })]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('/\\x1b[2J\\x0aGET /admin');
  });

  it('shows lines of an invocation that runs long before it ends', () => {
    const lines: string[] = [];
    const printer = new EventPrinter(plain, (line) => lines.push(line));
    printer.add(logOf({ requestId: REQUEST, text: 'still at it' }));
    printer.advance(NOW_MS + 100);
    expect(lines).toEqual([]);
    printer.advance(NOW_MS + 2000);
    expect(lines).toEqual(['shop-api still at it']);
  });

  it('shows the lines of an access log only if asked to', () => {
    const line = logOf({
      ...{ functionName: undefined, requestId: REQUEST, source: 'access-log', text: 'GET 200' },
      logGroup: '/access/api',
    });
    expect(printed([line])).toEqual([]);
    const lines: string[] = [];
    new EventPrinter(plain, (text) => lines.push(text), true).add(line);
    expect(lines).toEqual(['/access/api GET 200']);
  });
});
