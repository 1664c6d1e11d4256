import { closeServers, startServer } from '../http-api/testing/harness.ts';
import { createJsonClient, ensureQueues, startQueueService } from '../services/index.ts';
import { closedAtEnd } from '../testing/end-of-test.ts';
import { loadText } from '../template/testing/load-text.ts';
import { createMessageSender } from './send-message.ts';

afterEach(closeServers);

const TEMPLATE = `
Resources:
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Api: { Type: AWS::ApiGatewayV2::Api, Properties: { Name: h, ProtocolType: HTTP } }
  Stage: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref Api, StageName: $default } }
  Route: { Type: AWS::ApiGatewayV2::Route, Properties: { ApiId: !Ref Api, RouteKey: 'POST /jobs/{kind}', Target: !Sub 'integrations/\${I}' } }
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Api
      IntegrationType: AWS_PROXY
      IntegrationSubtype: SQS-SendMessage
      PayloadFormatVersion: '1.0'
      CredentialsArn: arn:aws:iam::123456789012:role/sender
      RequestParameters: PARAMETERS
`;

/** An API over a queue of SQS, and what came into the queue. */
async function start(parameters: string) {
  const stack = loadText(TEMPLATE.replace('PARAMETERS', parameters));
  const queues = await startQueueService(stack);
  await ensureQueues(queues.endpoint, stack.region, stack.queues);
  const messages = createMessageSender(queues, stack.region);
  const client = createJsonClient(queues.endpoint, stack.region);
  const { url } = await startServer(
    {},
    { apis: stack.httpApis, sendMessage: messages.sendMessage },
  );
  return {
    stack,
    post: (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
      fetch(`${url}${path}`, { method: 'POST', body, headers }),
    async received() {
      const { Messages: list = [] } = await client.call('AmazonSQS.ReceiveMessage', {
        ...{ QueueUrl: stack.queues[0]?.url, MaxNumberOfMessages: 10 },
        MessageAttributeNames: ['All'],
      });
      return list as readonly Readonly<Record<string, unknown>>[];
    },
    [Symbol.asyncDispose]: closedAtEnd(async () => {
      await client.close();
      await messages.close();
      await queues.close();
    }),
  };
}

it('sends what a route selects of its request to a queue, and responds as SQS does', async () => {
  await using api = await start(`
        QueueUrl: !Ref Queue
        MessageBody: $request.body.job.name
        MessageAttributes: '{"kind":{"DataType":"String","StringValue":"\${request.path.kind}, \${request.header.X-By}"}}'`);
  const response = await api.post('/jobs/fast', '{"job":{"name":"sweep"}}', { 'x-by': 'me' });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/xml']);
  const [message, ...others] = await api.received();
  expect(others).toEqual([]);
  expect(message).toMatchObject({
    Body: 'sweep',
    MessageAttributes: { kind: { StringValue: 'fast, me' } },
  });
  expect(await response.text()).toContain(`<MessageId>${String(message?.MessageId)}</MessageId>`);
});

it.each([
  ['$request.body', '{"a":[1]}'],
  ['$request.body.a', '[1]'],
  ['$request.querystring.q', 'x y'],
  ['$context.httpMethod', 'POST'],
  ['plain text', 'plain text'],
])('takes %s for the body of a message', async (expression, expected) => {
  await using api = await start(`{ QueueUrl: !Ref Queue, MessageBody: '${expression}' }`);
  await api.post('/jobs/fast?q=x%20y', '{"a":[1]}');
  expect(await api.received()).toMatchObject([{ Body: expected }]);
});

it('responds with the error of SQS where a parameter selects nothing', async () => {
  await using api = await start('{ QueueUrl: !Ref Queue, MessageBody: $request.body.nothing }');
  const response = await api.post('/jobs/fast', '{}');
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/<ErrorResponse .*<Code>\w+/);
  expect(await api.received()).toEqual([]);
});

it('names a parameter that SQS needs and the template does not have', () => {
  expect(() => loadText(TEMPLATE.replace('PARAMETERS', '{ QueueUrl: !Ref Queue }'))).toThrow(
    /expected MessageBody/,
  );
});
