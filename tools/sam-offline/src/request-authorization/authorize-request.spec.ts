import { request } from 'undici';
import { createAwsEndpoint, type AwsEndpoint } from '../aws-endpoint/index.ts';
import { createEventBus } from '../events/index.ts';
import {
  accountId,
  broadcaster,
  closeServers,
  FakeInvoker,
  functionWithUrl,
  httpApi,
  operator,
  region,
  route,
  startServer,
} from '../http-api/testing/harness.ts';
import { sign } from '../http-api/testing/sign.ts';
import { permissionsOf } from '../iam/testing/permissions-of.ts';
import { createCredentialStore, type Principal } from '../signature/index.ts';

/** The function may only write one table. It may not use the endpoints of this file. */
const permissions = permissionsOf(broadcaster.name, [
  {
    Effect: 'Allow',
    Action: 'dynamodb:PutItem',
    Resource: `arn:aws:dynamodb:${region}:${accountId}:table/own`,
  },
]);

let aws: AwsEndpoint | undefined;

afterEach(async () => {
  await aws?.close();
  aws = undefined;
  await closeServers();
});

/** A service that no call may reach. */
function unreachable(): never {
  throw new Error('The call should have been denied.');
}

async function startAws(): Promise<string> {
  aws = createAwsEndpoint({
    region,
    credentials: createCredentialStore([operator, broadcaster]),
    permissions,
    events: createEventBus(),
    lambda: { stack: { region, accountId, functions: [] }, invoker: new FakeInvoker({}) },
    services: new Map([['monitoring', unreachable]]),
  });
  return `http://127.0.0.1:${await aws.listen(0, '127.0.0.1')}`;
}

interface SignedCall {
  readonly url: string;
  readonly principal: Principal;
  readonly service?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function post(call: SignedCall): Promise<{ statusCode: number; text: string }> {
  const headers = await sign({ ...call, method: 'POST' });
  const { statusCode, body } = await request(call.url, {
    method: 'POST',
    headers,
    ...(call.body !== undefined && { body: call.body }),
  });
  return { statusCode, text: await body.text() };
}

describe("a request with a function's key to an endpoint that the function may not use", () => {
  it.each([
    [
      'a table',
      'dynamodb',
      400,
      'dynamodb:PutItem',
      { 'x-amz-target': 'DynamoDB_20120810.PutItem' },
      '{"TableName":"other","Item":{"id":{"S":"1"}}}',
    ],
    [
      'a queue',
      'sqs',
      403,
      'sqs:SendMessage',
      { 'x-amz-target': 'AmazonSQS.SendMessage' },
      `{"QueueUrl":"http://127.0.0.1/${accountId}/jobs","MessageBody":"x"}`,
    ],
    [
      'metrics',
      'monitoring',
      403,
      'cloudwatch:PutMetricData',
      { 'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData' },
      '{"Namespace":"N","MetricData":[]}',
    ],
  ])('is denied at the AWS endpoint: %s', async (_what, service, status, action, headers, body) => {
    const origin = await startAws();
    const response = await post({
      url: `${origin}/`,
      principal: broadcaster,
      service,
      headers: { ...headers, 'content-type': 'application/x-amz-json-1.0' },
      body,
    });
    expect(response.statusCode).toBe(status);
    expect(response.text).toContain(`${broadcaster.arn} is not authorized to perform: ${action}`);
  });

  it('is denied at the AWS endpoint: a function', async () => {
    const response = await post({
      url: `${await startAws()}/2015-03-31/functions/other/invocations`,
      principal: broadcaster,
      service: 'lambda',
      body: '{}',
    });
    expect(response.statusCode).toBe(403);
    expect(response.text).toContain('lambda:InvokeFunction');
  });

  it('is denied at a route with the IAM authorizer, which allows the operator', async () => {
    const routes = [route('POST /broadcast', { authorization: { type: 'iam' } })];
    const server = await startServer(undefined, { apis: [httpApi({ routes })], permissions });
    const url = `${server.url}/broadcast`;
    expect((await post({ url, principal: broadcaster })).statusCode).toBe(403);
    expect(server.invoker.invocations).toHaveLength(0);
    expect((await post({ url, principal: operator })).statusCode).toBe(200);
  });

  it('is denied at a Function URL with AWS_IAM, which allows the operator', async () => {
    const functions = [functionWithUrl({ authType: 'AWS_IAM' })];
    const server = await startServer(undefined, { functions, permissions });
    const url = server.functionUrl;
    const service = 'lambda';
    expect((await post({ url, service, principal: broadcaster })).statusCode).toBe(403);
    expect(server.invoker.invocations).toHaveLength(0);
    expect((await post({ url, service, principal: operator })).statusCode).toBe(200);
  });
});

it('verifies the signature before it checks permissions', async () => {
  const response = await post({
    url: `${await startAws()}/2015-03-31/functions/other/invocations`,
    principal: { ...broadcaster, secretAccessKey: 'wrong' },
    service: 'lambda',
    body: '{}',
  });
  expect(response.statusCode).toBe(403);
  expect(response.text).toContain('signature we calculated does not match');
});
