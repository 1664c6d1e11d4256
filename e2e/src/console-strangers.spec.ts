import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConsoleBrowser, whyNoBrowser } from './support/console-browser.ts';
import { type FixtureStack, startFixtureStack } from './support/fixture-stack.ts';

const why = whyNoBrowser();

// The steps of these tests have their own time-outs.
jest.setTimeout(120_000);

(why === undefined ? describe : describe.skip)(
  `the console of an application that is independent of this repository${why ? ` (${why})` : ''}`,
  () => {
    let browser: ConsoleBrowser;
    let chat: FixtureStack;
    let orders: FixtureStack;

    beforeAll(async () => {
      [browser, chat, orders] = await Promise.all([
        ConsoleBrowser.launch(),
        startFixtureStack('chat'),
        startFixtureStack('orders'),
      ]);
      browser.page.setDefaultTimeout(20_000);
    });

    afterAll(async () => {
      await browser.close();
      await Promise.all([chat.stop(), orders.stop()]);
    });

    const open = (stack: FixtureStack, place: string) =>
      browser.open(place, stack.outputs.ConsoleUrl);
    const row = (text: string | RegExp) =>
      browser.page.getByRole('listitem').filter({ hasText: text }).first();

    describe('a chat like AWS’s sample', () => {
      const clients: WebSocket[] = [];

      beforeAll(async () => {
        for (let count = 0; count < 3; count++) {
          const client = new WebSocket(chat.outputs.WebSocketUrl ?? '');
          await new Promise((done) => {
            client.addEventListener('open', done, { once: true });
          });
          clients.push(client);
        }
        const received = clients.map(
          (client) =>
            new Promise((done) => {
              client.addEventListener('message', done, { once: true });
            }),
        );
        clients[0]?.send(JSON.stringify({ message: 'sendmessage', data: 'hello, everybody' }));
        await Promise.all(received);
      });

      afterAll(() => {
        for (const client of clients) client.close();
      });

      test('shows a message’s trace down to the frame of each reader', async () => {
        await open(chat, 'traces?q=sendmessage');
        await browser.page.locator('a.trace').first().click();
        await row('message to sendmessage').waitFor();
        await row('DynamoDB Scan').waitFor();
        await row(/^push .*bytes/)
          .getByRole('button')
          .click();
        await browser.page
          .getByLabel('Content of the frame')
          .getByText('hello, everybody')
          .waitFor();
      });

      test('shows its logs', async () => {
        await open(chat, 'logs?q=function:*SendMessage*&level=trace');
        await browser.page
          .getByText(/REPORT RequestId/)
          .first()
          .waitFor();
      });

      test('shows its metrics, although the template has no dashboard', async () => {
        await open(chat, 'dashboards?range=5m');
        const messages = browser.page.getByRole('article', { name: /SimpleChatWebSocket/ });
        // The four messages are one of a client, and three frames.
        await messages.getByRole('img', { name: /MessageCount: latest 4/ }).waitFor();
        await messages.getByRole('img', { name: /ConnectCount: latest 3/ }).waitFor();
      });

      test('shows its connections, and their messages in both directions', async () => {
        await open(chat, 'connections');
        await browser.page.getByText('3 open').waitFor();
        // The newest connection is first, so the sender's is the last.
        await browser.page.locator('a.connection').last().click();
        await browser.page.getByText('"data": "hello, everybody"').first().waitFor();
        await browser.page.getByText('hello, everybody', { exact: true }).first().waitFor();
      });
    });

    describe('orders that go through a stream and a queue', () => {
      let ordersTaken = 0;
      const order = async (item: string): Promise<string> => {
        const orderId = `order-${++ordersTaken}`;
        const response = await fetch(`${orders.outputs.HttpApiUrl ?? ''}/orders`, {
          method: 'POST',
          body: JSON.stringify({ orderId, item }),
        });
        expect(response.status).toBe(201);
        return orderId;
      };

      beforeAll(() => order('an apple'));

      test('links each hop to the next trace, although nothing logs a correlation id', async () => {
        const { page } = browser;
        await open(orders, 'traces?q=POST%20/orders');
        await page.locator('a.trace').last().click();
        for (const hop of [
          'DynamoDB PutItem',
          'dynamodb-stream',
          'SQS SendMessage',
          /^sqs /,
          /PrintFunction/,
        ]) {
          await row(hop).waitFor();
        }
      });

      test('shows a table’s stream, newest first, while it is written', async () => {
        const { page } = browser;
        await open(orders, `data/tables/${orders.outputs.OrdersTableName ?? ''}`);
        await page.getByRole('link', { name: 'stream' }).click();
        const records = page.getByRole('region', { name: 'Stream records, newest first' });
        await records.getByRole('button', { name: 'order-1' }).waitFor();
        const orderId = await order('a pear');
        await records.getByRole('button', { name: orderId }).waitFor();
        const newest = records.getByRole('row').nth(1);
        await newest.getByText('INSERT').waitFor();
        await newest.getByRole('link', { name: 'trace' }).waitFor();
        await newest.getByRole('button', { name: orderId }).click();
        await page.getByLabel('New image').getByText('a pear').waitFor();
      });

      test('saves an event that `sam-offline invoke` takes', async () => {
        const { page } = browser;
        await open(orders, 'invocations?q=function:*TakeFunction*');
        await page.locator('a.invocation').first().click();
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: /^Save for/ }).click(),
        ]);
        expect(download.suggestedFilename()).toBe('TakeFunction.json');
        const file = join(tmpdir(), `console-strangers-${process.pid}.json`);
        await download.saveAs(file);
        const printed = await orders.run('invoke', 'TakeFunction', '--event', file);
        expect(JSON.parse(printed)).toEqual({ statusCode: 201, body: '{"state":"taken"}' });
      });

      test('invokes again after a change of the code, and shows the differences', async () => {
        const { page } = browser;
        await open(orders, 'invocations?q=function:*TakeFunction*');
        await page.locator('a.invocation').first().click();
        await page.getByRole('button', { name: 'Invoke again' }).waitFor();
        await orders.deploy('take/app.mjs', (code) =>
          code
            .replace(`'an order is taken'`, `'an order is noted'`)
            .replace('PutCommand }', 'PutCommand, UpdateCommand }')
            .replace(/new PutCommand\(.*\)(?=\);)/, changedCall)
            .replace(`'taken'`, `'noted'`),
        );
        await page.getByRole('button', { name: 'Invoke again' }).click();
        const differences = page.getByLabel('Differences', { exact: true });
        for (const [removed, added] of [
          [/taken\\?"/, /noted\\?"/],
          ['dynamodb PutItem', 'dynamodb UpdateItem'],
          ['an order is taken', 'an order is noted'],
        ] as const) {
          await differences.locator('.removed').filter({ hasText: removed }).first().waitFor();
          await differences.locator('.added').filter({ hasText: added }).first().waitFor();
        }
        expect(await differences.getByRole('heading', { name: 'event' }).count()).toBe(0);
      });
    });

    test('made no error', () => {
      expect(browser.problems).toEqual([]);
    });
  },
);

/** The call of the changed function, instead of a put. */
const changedCall = `new UpdateCommand({
  TableName: process.env.ORDERS,
  Key: { orderId },
  UpdateExpression: 'SET noted = :item',
  ExpressionAttributeValues: { ':item': item },
})`;
