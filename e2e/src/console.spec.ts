import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RawClient } from '@blogapp/realtime-client/raw';
import axe from 'axe-core';
import { readFile } from 'node:fs/promises';
import { ConsoleBrowser, whyNoBrowser } from './support/console-browser.ts';
import { signIn, type SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';
import { eventually } from './support/watching.ts';

const target = readTarget();
const why = whyNoBrowser(target);

// The steps of these tests have their own time-outs.
jest.setTimeout(120_000);

(why === undefined ? describe : describe.skip)(`the console${why ? ` (${why})` : ''}`, () => {
  let browser: ConsoleBrowser;
  let alice: SignedIn;
  let postId: string;
  let reader: RawClient;

  beforeAll(async () => {
    browser = await ConsoleBrowser.launch(target);
    browser.page.setDefaultTimeout(25_000);
    alice = await signIn(target);
    ({ postId } = (await alice.api.posts.create({ title: 'Looked at', body: 'x' })).post);
    reader = await RawClient.connect(target.WebSocketUrl);
    await reader.ask({ action: 'subscribe', channels: [`post:${postId}`] }, 'subscribed');
  });

  afterAll(async () => {
    // The browser is closed first, because an open browser keeps Jest from exiting.
    await browser.close();
    await reader.close();
  });

  const open = (place: string): Promise<void> => browser.open(place);
  const listedIds = (): Promise<string[]> =>
    browser.page.locator('a.connection code').allTextContents();

  test('follows a comment from its request through the stream to the reader’s frame', async () => {
    const { page } = browser;
    const comment = await alice.api.comments.create(postId, { body: 'for the trace' });
    await reader.next(({ type, id }) => type === 'comment.created' && id === comment.changeId);
    await open('traces?q=POST%20/comments');
    await page.locator('a.trace').first().click();
    const row = (text: string | RegExp) =>
      page.getByRole('listitem').filter({ hasText: text }).first();
    await row(/^POST \/posts\/.*\/comments/).waitFor();
    await row(/DynamoDB (?:Put|Transact|Update)/).waitFor();
    await row('dynamodb-stream').waitFor();
    await page.getByLabel('Search spans').fill('push');
    await row(/^push .*bytes/)
      .getByRole('button')
      .click();
    await page.getByLabel('Content of the frame').getByText(comment.commentId).waitFor();
  });

  test('puts a message, its invocation and the frame of the response into one trace', async () => {
    const { page } = browser;
    await reader.ask({ action: 'ping' }, 'pong');
    await open('traces?q=message');
    await page.locator('a.trace').first().click();
    const rows = page.getByRole('list', { name: 'Spans, depth first' }).getByRole('listitem');
    await rows.filter({ hasText: 'message to' }).first().waitFor();
    await rows
      .filter({ hasText: /route / })
      .first()
      .waitFor();
    await rows
      .filter({ hasText: /frame|push/ })
      .first()
      .waitFor();
  });

  test('shows what a request logged', async () => {
    const { page } = browser;
    await fetch(new URL('health', `${target.HttpApiUrl}/`));
    await open('traces?q=health');
    await page.locator('a.trace').first().click();
    await page.getByRole('link', { name: 'Logs of this trace' }).click();
    await page
      .getByText(/REPORT RequestId/)
      .first()
      .waitFor();
  });

  test('moves its charts with the traffic', async () => {
    const { page } = browser;
    await open('dashboards?range=15m');
    const charts = page.locator('.chart[aria-label*="latest"]');
    await charts.first().waitFor();
    const told = async (): Promise<string> => {
      const labels = (await charts.all()).map((chart) => chart.getAttribute('aria-label'));
      return (await Promise.all(labels)).join('\n');
    };
    const before = await told();
    for (let count = 0; count < 20; count++) {
      await fetch(new URL('health', `${target.HttpApiUrl}/`));
    }
    expect(await eventually(told, (now) => now !== before)).not.toBe(before);
  });

  test('invokes again with the same event and with an edited one, and compares the results', async () => {
    const { page } = browser;
    await open('invocations?q=function:*-api');
    await page.locator('a.invocation').first().click();
    await page.getByRole('button', { name: 'Invoke again' }).click();
    await page.getByText('Compared with').waitFor();
    await page.getByLabel('Show secrets').check();
    await page.getByRole('button', { name: 'Edit the event' }).click();
    const event = page.getByLabel('Event to invoke with');
    const edited = JSON.parse(await event.inputValue()) as {
      requestContext: { http: { path: string } };
    };
    edited.requestContext.http.path = '/no-such-path';
    await event.fill(JSON.stringify(edited));
    await page.getByRole('button', { name: 'Invoke with the edited event' }).click();
    await page.locator('.differences .added').filter({ hasText: 'no-such-path' }).first().waitFor();
  });

  test('opens a client, sends to its connection, and closes it with a code', async () => {
    const { page } = browser;
    await open('connections');
    // The reader's connection must be listed before the page's own client connects.
    await page.locator('a.connection code').first().waitFor();
    const earlier = await listedIds();
    await page.getByText('A client of your own').click();
    await page.getByRole('button', { name: 'Connect' }).click();
    const said = page.getByLabel('What the client sent and got');
    await said.getByText('connected').waitFor();
    await page.getByLabel('Message to send').fill('{"action":"ping"}');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await said.getByText('pong').waitFor();
    const added = async (): Promise<string[]> =>
      (await listedIds()).filter((id) => !earlier.includes(id));
    const [ownId = ''] = await eventually(added, (ids) => ids.length > 0);
    // The page's own client is closed when the page shows something else, so another tab uses the
    // connection.
    const other = await browser.newPage();
    await other.goto(`${target.ConsoleUrl ?? ''}/#/connections/${encodeURIComponent(ownId)}`);
    await other.getByLabel('Text to send to this connection').fill('hello from the console');
    await other.getByRole('button', { name: 'Send', exact: true }).click();
    await said.getByText('hello from the console').waitFor();
    await other.getByLabel('Code').fill('4001');
    await other.getByRole('button', { name: 'Close it' }).click();
    await said.getByText('closed with 4001').waitFor();
    await other.close();
  });

  test('edits an item after a confirmation', async () => {
    const { page } = browser;
    await open(`data/tables/${target.PostsTableName}?partition=${postId}`);
    await page.getByRole('button', { name: postId }).click();
    const item = page.getByLabel('Item in DynamoDB’s JSON');
    await item.fill((await item.inputValue()).replace('Looked at', 'Edited by hand'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Write it' }).click();
    await page.getByRole('cell', { name: 'Edited by hand' }).waitFor();
    expect((await alice.api.posts.get(postId)).post.title).toBe('Edited by hand');
  });

  test('shows messages in a dead-letter queue, and moves them back', async () => {
    const { page } = browser;
    const queueOf = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';
    const sqs = new SQSClient({
      region: process.env.AWS_REGION ?? 'ap-northeast-1',
      ...(target.AwsEndpointUrl !== undefined && { endpoint: target.AwsEndpointUrl }),
    });
    // The worker puts a message that is not a task back in the dead-letter queue when it has failed
    // again.
    await sqs.send(
      new SendMessageCommand({
        ...{ QueueUrl: target.FanoutDeadLetterQueueUrl, MessageBody: '{"no":"task"}' },
      }),
    );
    sqs.destroy();
    await open(`data/queues/${queueOf(target.FanoutDeadLetterQueueUrl)}`);
    await page.getByRole('button', { name: 'Look at messages' }).click();
    await page.getByLabel('Message 1').getByText('task').waitFor();
    await page.getByRole('button', { name: /^Redrive to/ }).click();
    await page.getByText(/[1-9]\d* messages moved to/).waitFor();
  });

  test('shows an alarm that goes off, with its graph', async () => {
    const { page } = browser;
    // The message that the previous test moved back fails again, and sets the alarm of the
    // dead-letter queue off.
    await open('alarms');
    const ringing = page
      .getByRole('row')
      .filter({ hasText: 'dead-letters' })
      .filter({ has: page.locator('.badge.fault') });
    await ringing.getByRole('link').click({ timeout: 90_000 });
    await page.locator('article .chart').waitFor();
    await page
      .getByText(/threshold/i)
      .first()
      .waitFor();
  });

  test('saves a snapshot that opens without the stack', async () => {
    const { page } = browser;
    await open('traces');
    await page.locator('a.trace').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save snapshot' }).click(),
    ]);
    const html = await readFile(await download.path(), 'utf8');
    const alone = await browser.newPage();
    const asked: string[] = [];
    alone.on('request', (request) => asked.push(request.url()));
    await alone.setContent(html);
    await alone.getByText('Snapshot of').waitFor();
    await alone.locator('a.trace').first().waitFor();
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([]);
    await alone.close();
  });

  test.each([
    'logs',
    'traces',
    'dashboards',
    'alarms',
    'map',
    'invocations',
    'connections',
    'data',
    'permissions',
  ])('has an accessible page of %s', async (room) => {
    const { page } = browser;
    await open(room);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByText(/^live/).waitFor();
    // axe is not added as a script of the page, because the content security policy would refuse
    // it.
    await page.evaluate(axe.source);
    const serious = await page.evaluate(async () => {
      const tester = (globalThis as unknown as { axe: typeof axe }).axe;
      const { violations } = await tester.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
    });
    expect(serious).toEqual([]);
  });

  test('made no error', () => {
    expect(browser.problems).toEqual([]);
  });
});
