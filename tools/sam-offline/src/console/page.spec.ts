import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { AlarmHistoryItem, AlarmStatus } from '../alarms/index.ts';
import type { ServiceAccess } from './api/index.ts';
import { succeededOf, logOf, requestOf, startedOf, TRACE_ID } from '../insights/testing/facts.ts';
import { loadText } from '../template/testing/load-text.ts';
import { until } from '../testing/end-of-test.ts';
import { type ConsoleFixture, startConsole } from './testing/console-fixture.ts';
import { launchBrowser, tabTo, WHY_NO_PAGE } from './testing/console-page.ts';

// Each wait has a time-out of its own.
jest.setTimeout(60_000);

const RESOURCES = `
  Api:
    Type: AWS::Serverless::Function
    Properties:
      { FunctionName: shop-api, CodeUri: api, Handler: index.handler, Runtime: nodejs24.x }
  Notes:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: notes
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Failures:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: shop-failures
      AlarmDescription: 'Functions fail. Runbook: https://runbooks.example/failures'
      Namespace: AWS/Lambda
      MetricName: Errors
      Dimensions: [{ Name: FunctionName, Value: shop-api }]
      Statistic: Sum
      Period: 60
      EvaluationPeriods: 1
      Threshold: 1
      ComparisonOperator: GreaterThanOrEqualToThreshold
  Overview:
    Type: AWS::CloudWatch::Dashboard
    Properties:
      DashboardName: shop
      DashboardBody: '{"widgets":[{"type":"text","properties":{"markdown":"# Shop"}}]}'
`;

const LONG = 'y'.repeat(400 * 1024);
const RESPONSES = { Scan: { Items: [{ id: { S: 'note-1' }, text: { S: LONG } }] } };

const BARE = `
  Notes: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: notes } }
`;
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:bills';
const PICTURE = { key: 'in/<b>1</b>.html', bytes: 30, etag: 'e', contentType: 'text/html' };
const SERVICES: Partial<ServiceAccess> = {
  buckets: () => Promise.resolve([{ bucketName: 'pictures', objects: 1, bytes: 30 }]),
  objects: () => Promise.resolve({ objects: [{ ...PICTURE, lastModifiedMs: 1 }] }),
  object: () =>
    Promise.resolve({
      ...{ ...PICTURE, lastModifiedMs: 1, metadata: {}, tags: {} },
      content: Buffer.from('<script>alert(1)</script> text'),
    }),
  topics: () =>
    Promise.resolve([
      {
        ...{ topicName: 'news', arn: 'arn:aws:sns:us-east-1:000000000000:news', isFifo: false },
        subscriptions: [
          {
            ...{ arn: 'a', protocol: 'sqs', endpoint: QUEUE, isConfirmed: true },
            attributes: { FilterPolicy: '{"kind":["sold"]}' },
          },
        ],
      },
    ]),
  rules: () =>
    Promise.resolve([
      {
        ...{ name: 'sold', arn: 'r', eventBusName: 'default', isEnabled: true },
        ...{ eventPattern: '{"source":["shop"]}', targets: [{ id: 'Bill', arn: QUEUE }] },
      },
    ]),
  schedules: () =>
    Promise.resolve([
      {
        ...{ name: 'daily', groupName: 'default', arn: 's', expression: 'rate(1 day)' },
        ...{ isEnabled: true, nextMs: Date.now() + 3_600_000, targetArn: QUEUE },
      },
    ]),
};

(WHY_NO_PAGE === undefined ? describe : describe.skip)(
  `the page${WHY_NO_PAGE ? ` (${WHY_NO_PAGE})` : ''}`,
  () => {
    let browser: Browser;
    /**
     * The browser context is shared, since making one costs more than the rest of a page. Nothing
     * is kept in it.
     */
    let context: BrowserContext;
    let shop: ConsoleFixture;
    let page: Page;

    beforeAll(async () => {
      browser = await launchBrowser();
      context = await browser.newContext();
      context.setDefaultTimeout(20_000);
    });

    beforeEach(async () => {
      shop = await startConsole(RESOURCES, {
        ...{ responses: RESPONSES, alarms: ringing(), services: SERVICES },
      });
      page = await context.newPage();
    });

    afterEach(async () => {
      await page.close();
      await shop.close();
    });

    afterAll(() => browser.close());

    const open = (place: string, { url } = shop) => page.goto(`${url}/#/${place}`);
    const live = () => page.getByText(/^live/).waitFor();
    const say = (text: string, { bus } = shop): void => {
      bus.emit(logOf({ timeMs: bus.now(), text, requestId: 'request-1' }));
    };

    describe('when the stack goes away', () => {
      test('comes back by itself when the stack is started again', async () => {
        say('before the restart');
        await open('logs');
        await page.getByText('before the restart').waitFor();
        await live();
        await shop.close();
        await page.getByText('The stack does not respond').waitFor();
        shop = await startConsole(RESOURCES, { port: Number(new URL(shop.url).port) });
        say('after the restart');
        await page.getByText('after the restart').waitFor();
        await live();
        expect(await page.getByText('before the restart').count()).toBe(0);
      });

      test('shows what happened while it was cut off, though nothing happens after', async () => {
        const line = await cuttable(Number(new URL(shop.url).port));
        await open('logs', { ...shop, url: line.url });
        await live();
        await line.cut();
        await page.getByText('The stack does not respond').waitFor();
        say('while it slept');
        await line.mend();
        await page.getByText('while it slept').waitFor();
        await line.close();
      });

      test('shows the latest lines at once after an hour of sleep, and says how many it leaves out', async () => {
        const hourMs = 3_600_000;
        const minuteMs = 60_000;
        const nowMs = shop.bus.now();
        const tell = (text: string, ageMs: number): void => {
          shop.bus.emit(logOf({ timeMs: nowMs - ageMs, text, requestId: 'request-1' }));
        };
        // This test needs a context of its own, since Playwright's clock is shared by all pages of
        // a context, including those of later tests.
        await page.close();
        page = await (await browser.newContext()).newPage();
        page.setDefaultTimeout(20_000);
        // The page's clock is an hour behind until it wakes, so it has slept for an hour.
        await page.clock.install({ time: nowMs - hourMs });
        tell('before it slept', hourMs);
        await open('logs');
        await page.getByText('before it slept').waitFor();
        await page.clock.resume();
        await live();
        const session = await page.context().newCDPSession(page);
        const heapBytes = async (): Promise<number> => {
          await session.send('HeapProfiler.collectGarbage');
          return (await session.send('Runtime.getHeapUsage')).usedSize;
        };
        const before = await heapBytes();
        await session.send('Page.setWebLifecycleState', { state: 'frozen' });
        for (let index = 0; index < 5000; index++) tell(`long ago ${index}`, 45 * minuteMs);
        for (let index = 0; index < 20_000; index++) tell(`asleep ${index}`, 5 * minuteMs);
        await page.clock.setSystemTime(nowMs);
        await session.send('Page.setWebLifecycleState', { state: 'active' });
        await page.getByText('asleep 19999').waitFor();
        await page
          .getByText('1,000 lines (a sample: 19,000 more are kept and not shown)')
          .waitFor();
        expect(await page.getByText('before it slept').count()).toBe(0);
        expect((await heapBytes()) - before).toBeLessThan(10 * 1024 * 1024);
        tell('awake', 0);
        await page.getByText('awake').waitFor();
      });

      test('shows two stacks in two tabs, each with its own lines', async () => {
        const other = await startConsole();
        const second = await context.newPage();
        say('of the first stack');
        say('of the second stack', other);
        await Promise.all([open('logs'), second.goto(`${other.url}/#/logs`)]);
        await page.getByText('of the first stack').waitFor();
        await second.getByText('of the second stack').waitFor();
        expect(await page.getByText('of the second stack').count()).toBe(0);
        await second.close();
        await other.close();
      });
    });

    describe('with a lot to show', () => {
      test('draws a trace of 10,000 spans, a part at a time', async () => {
        const timeMs = shop.bus.now();
        const parent = 'a'.repeat(16);
        shop.bus.emit(succeededOf({ timeMs, segmentId: parent, durationMs: 1000 }));
        for (let index = 0; index < 10_000; index++) {
          const document = JSON.stringify({
            ...{ id: index.toString(16).padStart(16, '0'), trace_id: TRACE_ID, parent_id: parent },
            ...{ name: `step ${index}`, start_time: timeMs / 1000, end_time: timeMs / 1000 },
          });
          shop.bus.emit({ type: 'segment', timeMs, traceId: TRACE_ID, document });
        }
        await open(`traces/${TRACE_ID}`);
        await page.getByText('10,001 spans').waitFor();
        expect(await page.getByRole('listitem').count()).toBeLessThan(100);
        await page.getByRole('list', { name: 'Spans, depth first' }).focus();
        await page.keyboard.press('End');
        await page.getByRole('listitem').filter({ hasText: 'step 9999' }).waitFor();
      });

      test('lists the newest of 50,000 connections', async () => {
        for (let index = 0; index < 50_000; index++) {
          shop.connections.push({
            ...{ connectionId: `c${index}=`, apiId: 'api1', stage: 'dev', sourceIp: '127.0.0.1' },
            ...{ connectedAt: 1, lastActiveAt: 1 },
          });
        }
        await open('connections');
        await page.getByText('50,000 open; the newest 2,000 are listed').waitFor();
        await page.getByText('c49999=').waitFor();
      });

      test('shows a binary frame and a line of 10 MB', async () => {
        const of = { connectionId: 'Abc=', apiId: 'api1', stage: 'dev', timeMs: shop.bus.now() };
        const frame = Buffer.from([0xff, 0x00, 0xfe]);
        shop.bus.emit({ ...of, type: 'frame.sent', bytes: 3, cause: 'push' }, frame);
        await open('connections/Abc%3D');
        await page.getByText('ff00fe').waitFor();
        say(`${'\n'.repeat(5_000_000)}${'x'.repeat(5_000_000)}`);
        await open('logs');
        await page.locator('.row.log').first().click();
        await page.getByText('(10000000 characters)').waitFor();
      });
    });

    test('says in each view what a template without functions and APIs lacks', async () => {
      const bare = await startConsole(BARE, { outputs: {} });
      for (const [view, text] of [
        ['map', 'table'],
        ['connections', 'The template has no WebSocket API'],
        ['data/functions', 'The template has no functions'],
        ['data/queues', 'The template has no queues'],
        ['data/buckets', 'The template has no buckets'],
        ['data/topics', 'The template has no topics'],
        ['data/rules', 'The template has no rules'],
        ['data/schedules', 'The template has no schedules'],
        ['data/tables', 'No items'],
      ] as const) {
        await open(view, bare);
        await page.getByText(text, { exact: true }).waitFor();
      }
      await bare.close();
    });

    test('maps an error’s stack trace to TypeScript', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sam-offline-stack-'));
      const map = {
        ...{ version: 3, sources: ['src/sell.ts'], names: [], file: 'index.mjs' },
        // Line 1, column 1 of the bundle is line 41, column 3 of the source.
        mappings: 'AAwCE',
      };
      const url = Buffer.from(JSON.stringify(map)).toString('base64');
      const bundle = join(folder, 'index.mjs');
      const comment = '//# sourceMappingURL=data:application/json;base64,';
      writeFileSync(bundle, `sell();\n${comment}${url}\n`);
      const stack = `Error: out of stock\n    at sell (file://${bundle}:1:1)`;
      say(JSON.stringify({ level: 'ERROR', message: 'failed', error: { stack } }));
      await open('logs');
      await page.locator('.row.log.error').click();
      await page.getByLabel('Stack, mapped').getByText(`${folder}/src/sell.ts:41:3`).waitFor();
      rmSync(folder, { recursive: true });
    });

    test('shows an alarm’s state, history, graph and runbook', async () => {
      shop.bus.emit(succeededOf({ timeMs: shop.bus.now() }));
      await open('alarms');
      await page.getByRole('link', { name: 'shop-failures' }).click();
      const alarm = page.getByRole('article', { name: 'shop-failures' });
      await alarm.locator('.badge.fault').getByText('ALARM').waitFor();
      await alarm.getByText('Threshold Crossed: 1 datapoint').waitFor();
      await alarm.getByText('Alarm updated from OK to ALARM').waitFor();
      const runbook = alarm.getByRole('link', { name: 'https://runbooks.example/failures' });
      expect(await runbook.getAttribute('href')).toBe('https://runbooks.example/failures');
      await alarm.getByText('Sum of Errors ≥ 1 in 1 of 1 periods of 60 s').waitFor();
      await alarm.locator('.chart').waitFor();
    });

    test('shows what changed code does differently in its result, log and calls', async () => {
      for (const [requestId, text, operation, response] of [
        ['request-1', 'old code', 'Query', '{"statusCode":200,"body":"old"}'],
        ['request-2', 'new code', 'Scan', '{"statusCode":200,"body":"new"}'],
      ] as const) {
        const timeMs = shop.bus.now();
        shop.bus.emit(startedOf({ timeMs, requestId }), '{}');
        shop.bus.emit(logOf({ timeMs, requestId, text }));
        shop.bus.emit({
          ...{ type: 'aws.call', timeMs, invocationId: requestId, service: 'dynamodb', operation },
          ...{
            resource: 'notes',
            statusCode: 200,
            requestBytes: 1,
            responseBytes: 1,
            durationMs: 1,
          },
        });
        shop.bus.emit(succeededOf({ timeMs, requestId }), Buffer.from(response));
      }
      await open('invocations/request-1');
      // The fixture's function is invoked as request-2.
      await page.getByRole('button', { name: 'Invoke again' }).click();
      const differences = page.getByLabel('Differences', { exact: true });
      for (const [removed, added] of [
        ['"old"', '"new"'],
        ['dynamodb Query notes', 'dynamodb Scan notes'],
        ['info old code', 'info new code'],
      ] as const) {
        await differences.locator('.removed').filter({ hasText: removed }).waitFor();
        await differences.locator('.added').filter({ hasText: added }).waitFor();
      }
      expect(await differences.getByRole('heading', { name: 'event' }).count()).toBe(0);
    });

    describe('under Data', () => {
      test('shows an object of a bucket as text, and downloads it', async () => {
        await open('data/buckets/pictures');
        await page.getByRole('button', { name: PICTURE.key }).click();
        const content = page.getByLabel('Content of the object');
        await content.getByText('<script>alert(1)</script> text').waitFor();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: 'Download' }).click(),
        ]);
        const saved = readFileSync(await download.path(), 'utf8');
        expect(saved).toBe('<script>alert(1)</script> text');
      });

      test('publishes to a topic after a confirmation', async () => {
        await open('data/topics/news');
        await page.getByText('{"kind":["sold"]}').waitFor();
        await page.getByLabel('Message', { exact: true }).fill('hello');
        await page.getByRole('button', { name: 'Publish', exact: true }).click();
        await page.getByText('Publish this message to news? Its 1 subscriptions get it.').waitFor();
        expect(shop.asked).toEqual([]);
        await page.getByRole('button', { name: 'Publish it' }).click();
        await page.getByRole('link', { name: 'What it led to' }).waitFor();
        expect(shop.asked).toEqual(['publish arn:aws:sns:us-east-1:000000000000:news hello']);
      });

      test('shows a rule’s pattern, targets and last matches while they come', async () => {
        await open('data/rules/sold');
        await page.getByLabel('Event pattern').getByText('"source"').waitFor();
        await page.getByText('Last matches (0)').waitFor();
        await live();
        shop.bus.emit({
          ...{ type: 'delivery', timeMs: shop.bus.now(), service: 'events', source: 'sold' },
          ...{ target: QUEUE, outcome: 'failed', attempt: 1, durationMs: 1, traceId: TRACE_ID },
          error: 'the queue is gone',
        });
        await page.getByText('Last matches (1)').waitFor();
        const row = page.getByRole('row').filter({ hasText: 'the queue is gone' });
        expect(await row.getByRole('link', { name: 'bills' }).getAttribute('href')).toBe(
          '#/data/queues/bills',
        );
        await row.getByRole('link', { name: 'trace' }).waitFor();
        await open('data/schedules/daily');
        await page.getByRole('cell', { name: /in 1 h 0 m|in 59 m/ }).waitFor();
      });
    });

    test('has accessible views of buckets, topics, rules and schedules', async () => {
      const source = readFileSync(createRequire(__filename).resolve('axe-core'), 'utf8');
      for (const view of ['buckets/pictures', 'topics/news', 'rules/sold', 'schedules/daily']) {
        await open(`data/${view}`);
        await page.locator('tr.selected').waitFor();
        // It is not added as a script of the page, since the page's security policy would refuse
        // it.
        await page.evaluate(source);
        const serious = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: typeof Axe };
          const { violations } = await axe.run();
          return violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
        });
        expect([view, ...serious]).toEqual([view]);
      }
    });

    describe('by keyboard alone', () => {
      const key = async (...names: readonly string[]): Promise<void> => {
        for (const name of names) await page.keyboard.press(name);
      };
      const goToView = async (letter: string, name: string): Promise<void> => {
        await key('g', letter);
        await page.getByRole('heading', { level: 1, name }).waitFor();
      };

      beforeEach(async () => {
        const timeMs = shop.bus.now();
        const segmentId = 'b'.repeat(16);
        shop.bus.emit(startedOf({ timeMs: timeMs - 20 }), '{}');
        shop.bus.emit(succeededOf({ timeMs, parentId: segmentId }));
        shop.bus.emit(requestOf({ timeMs, traceId: TRACE_ID, segmentId, durationMs: 20 }));
        say('first needle');
        say('second needle');
        shop.connections.push({
          ...{ connectionId: 'Abc=', apiId: 'api1', stage: 'dev', sourceIp: '127.0.0.1' },
          ...{ connectedAt: timeMs, lastActiveAt: timeMs, authorizer: { userId: 'alice' } },
        });
        await open('map');
        await live();
      });

      test('searches logs, opens a line, and goes back to it', async () => {
        await goToView('l', 'Logs');
        await page.getByText('second needle').waitFor();
        await key('/');
        await page.keyboard.type('function:shop-api needle');
        await page.getByText('2 lines').waitFor();
        await tabTo(page, page.getByRole('list', { name: 'Log lines' }));
        await key('ArrowDown', 'ArrowDown', 'Enter');
        await page.getByLabel('Text of the line').getByText('second needle').waitFor();
        await key('Escape');
        await page.getByLabel('Text of the line').waitFor({ state: 'detached' });
        await page.locator('.row-button:focus').waitFor();
        await key('ArrowUp', 'Enter');
        await page.getByLabel('Text of the line').getByText('first needle').waitFor();
      });

      test('opens a trace and one of its spans', async () => {
        await goToView('t', 'Traces');
        await key('/');
        const found = page.waitForResponse(/status%3A200/);
        await page.keyboard.type('status:200');
        await found;
        await tabTo(page, page.getByRole('list', { name: 'Traces' }));
        await key('ArrowDown');
        await page.locator('.row-button:focus').waitFor();
        await key('Enter');
        await tabTo(page, page.getByRole('list', { name: 'Spans' }));
        await key('ArrowDown', 'ArrowDown', 'Enter');
        const details = page.getByRole('complementary', { name: 'shop-api' });
        await details.getByText('invocation', { exact: true }).waitFor();
        await key('Escape');
        await details.waitFor({ state: 'detached' });
      });

      test('opens an invocation, and invokes it again', async () => {
        await goToView('i', 'Invocations');
        await key('/');
        const found = page.waitForResponse(/outcome%3Asucceeded/);
        await page.keyboard.type('outcome:succeeded');
        await found;
        await tabTo(page, page.getByRole('list', { name: 'Invocations' }));
        await key('ArrowDown');
        await page.locator('.row-button:focus').waitFor();
        await key('Enter');
        await tabTo(page, page.getByRole('button', { name: 'Invoke again' }));
        await key('Enter');
        await page.waitForURL(/request-2/);
        expect(shop.asked).toEqual(['invoke Api {}']);
      });

      test('finds a connection, and closes it', async () => {
        await goToView('c', 'Connections');
        await key('/');
        const found = page.waitForResponse(/alice/);
        await page.keyboard.type('userId:alice');
        await found;
        await tabTo(page, page.getByRole('list', { name: 'Open connections' }));
        await key('ArrowDown');
        await page.locator('.row-button:focus').waitFor();
        await key('Enter');
        await tabTo(page, page.getByRole('button', { name: 'Close it' }));
        await key('Enter');
        await until(() => shop.asked.length > 0);
        expect(shop.asked).toEqual(['close Abc= 1000 closed in the console']);
      });

      test('opens an item of 400 KB, and leaves it', async () => {
        await goToView('a', 'Data');
        await tabTo(page, page.getByRole('button', { name: 'note-1' }));
        expect((await page.getByRole('row').last().innerText()).length).toBeLessThan(200);
        await key('Enter');
        const text = await page.getByLabel('Item in DynamoDB’s JSON').inputValue();
        expect(text.length).toBeGreaterThan(LONG.length);
        await tabTo(page, page.getByRole('button', { name: 'Close details' }));
        await key('Enter');
        await page.getByLabel('Item in DynamoDB’s JSON').waitFor({ state: 'detached' });
      });

      test('opens an alarm', async () => {
        await goToView('r', 'Alarms');
        await tabTo(page, page.getByRole('link', { name: 'shop-failures' }));
        await key('Enter');
        await page.getByRole('article', { name: 'shop-failures' }).waitFor();
      });

      test('goes from the map to a function’s invocations, and through the other views', async () => {
        await tabTo(page, page.locator('a.node.function'));
        await key('Enter');
        await page.getByRole('heading', { level: 1, name: 'Invocations' }).waitFor();
        await goToView('d', 'Dashboards');
        await page.getByRole('heading', { name: 'Shop' }).waitFor();
        await goToView('p', 'Permissions');
      });
    });
  },
);

/** The alarm of the template in ALARM. */
function ringing(): { statuses: AlarmStatus[]; history: AlarmHistoryItem[] } {
  const { alarms } = loadText(
    `Resources:\n${RESOURCES.replace(/ {2}Api:[^]*? {2}Notes:/, '  Notes:')}`,
    {
      stackName: 'shop',
    },
  );
  const timeMs = Date.now();
  return {
    statuses: alarms.map((alarm) => ({
      ...{ alarm, state: 'ALARM', reason: 'Threshold Crossed: 1 datapoint', actionsEnabled: true },
      ...{ updatedMs: timeMs, transitionedMs: timeMs },
    })),
    history: alarms.map(({ alarmName }) => ({
      ...{ alarmName, alarmType: 'MetricAlarm', timeMs, type: 'StateUpdate', data: '{}' },
      summary: 'Alarm updated from OK to ALARM',
    })),
  };
}

/**
 * A proxy to a port whose connections can be cut, as by a sleeping machine, and which can listen
 * again.
 */
async function cuttable(to: number) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const other = connect(to, '127.0.0.1');
    for (const [one, peer] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one);
      one.pipe(peer);
      one.on('error', () => undefined);
      one.once('close', () => {
        sockets.delete(one);
        peer.destroy();
      });
    }
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  const port = await listen(0);
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const socket of sockets) socket.destroy();
    });
  return { url: `http://127.0.0.1:${port}`, cut, mend: () => listen(port), close: cut };
}
