import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamResponseEvent,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { closedAtEnd, until } from '../testing/end-of-test.ts';
import { runStack, type TestStack } from './testing/running-stack.ts';

const template = `
Transform: AWS::Serverless-2016-10-31
Globals: { Function: { Runtime: nodejs24.x, Handler: index.handler, Timeout: 10 } }
Resources:
  Aliased:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: aliased
      AutoPublishAlias: live
      FunctionUrlConfig: { AuthType: NONE }
      InlineCode: |
        exports.handler = async (event, context) => {
          if (event.long) console.log('x'.repeat(5000));
          if (event.log) console.log('a line');
          if (event.where) return {
            version: process.env.AWS_LAMBDA_FUNCTION_VERSION, same: context.functionVersion,
            stream: context.logStreamName, pid: process.pid,
          };
          return context.invokedFunctionArn;
        };
  Latest:
    Type: AWS::Lambda::Url
    Properties: { AuthType: NONE, TargetFunctionArn: !GetAtt Aliased.Arn }
  LatestUse:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunctionUrl, FunctionName: !Ref Aliased, Principal: '*', FunctionUrlAuthType: NONE }
  LatestInvocation:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Aliased, Principal: '*', InvokedViaFunctionUrl: true }
  Streaming:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: streaming
      FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }
      InlineCode: |
        exports.handler = awslambda.streamifyResponse(async (event, stream) => {
          const { prelude, plain, wait, fail, end } = event.queryStringParameters
            ? JSON.parse(event.queryStringParameters.q) : event;
          if (fail === 'before') throw new Error('before');
          if (plain) stream.setContentType('text/plain');
          if (prelude) stream = awslambda.HttpResponseStream.from(stream, prelude);
          await new Promise((written) => stream.write('first ', written));
          if (wait) await fetch(wait);
          if (fail) throw new TypeError('half way');
          if (end) process.exit(7);
          stream.write('second');
          stream.end();
          await stream.finished?.();
        });
  Logging:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: logging
      LoggingConfig: { LogFormat: JSON, SystemLogLevel: DEBUG, ApplicationLogLevel: WARN, LogGroup: /own/group }
      InlineCode: |
        exports.handler = async (event) => {
          console.info('below');
          console.warn('above');
          if (event.exit) process.exit(3);
        };
  Quiet:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: quiet
      LoggingConfig: { LogFormat: JSON, SystemLogLevel: WARN }
      InlineCode: 'exports.handler = async (event) => { if (event.exit) process.exit(3); };'
  Tenants:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: tenants
      TenancyConfig: { TenantIsolationMode: PER_TENANT }
      InlineCode: |
        let served = 0;
        exports.handler = async (event, context) => event.httpMethod
          ? { statusCode: 200, body: context.tenantId }
          : [context.tenantId, ++served];
`;
const tenantOperation = (parameters: string): string =>
  `{ get: { x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST${parameters}, uri: !Sub 'arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Tenants.Arn}/invocations' } } }`;
const apiTemplate = `
  TenantApi:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      DefinitionBody:
        openapi: 3.0.1
        paths:
          /mapped: ${tenantOperation(', requestParameters: { integration.request.header.X-Amz-Tenant-Id: method.request.header.x-tenant }')}
          /unmapped: ${tenantOperation('')}
  TenantUse:
    Type: AWS::Lambda::Permission
    Properties: { Action: lambda:InvokeFunction, FunctionName: !Ref Tenants, Principal: apigateway.amazonaws.com }
`;
const account = 'arn:aws:lambda:ap-northeast-1:123456789012:function';

let stack: TestStack;
let client: LambdaClient;
/** Holds requests until the test lets them continue. */
const held: ServerResponse[] = [];
const holder = createServer((_request, response) => held.push(response));
let holderUrl: string;
beforeAll(async () => {
  stack = await runStack(template + apiTemplate);
  client = new LambdaClient(stack.config);
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
  holderUrl = `http://127.0.0.1:${(holder.address() as AddressInfo).port}/`;
});
afterAll(
  closedAtEnd(async () => {
    holder.close();
    holder.closeAllConnections();
    client.destroy();
    await stack.close();
  }),
);

async function letGo(): Promise<void> {
  await until(() => held.length > 0);
  held.shift()?.end();
}

async function invoke(input: InvokeCommandInput, event: object = {}) {
  const response = await client.send(
    new InvokeCommand({ Payload: JSON.stringify(event), ...input }),
  );
  return {
    result: JSON.parse(Buffer.from(response.Payload ?? []).toString() || 'null') as unknown,
    version: response.ExecutedVersion,
    log: response.LogResult && Buffer.from(response.LogResult, 'base64').toString(),
  };
}

async function stream(event: object, more: object = {}) {
  const response = await client.send(
    new InvokeWithResponseStreamCommand({
      FunctionName: 'streaming',
      Payload: JSON.stringify(event),
      ...more,
    }),
  );
  if (response.EventStream === undefined) throw new Error('There is no event stream.');
  return response.EventStream[Symbol.asyncIterator]();
}

const textOf = (event: InvokeWithResponseStreamResponseEvent | undefined): string =>
  Buffer.from(event?.PayloadChunk?.Payload ?? []).toString();

async function rest(events: AsyncIterator<InvokeWithResponseStreamResponseEvent>) {
  let text = '';
  for (;;) {
    const { value } = (await events.next()) as { value: InvokeWithResponseStreamResponseEvent };
    if (value.InvokeComplete !== undefined) return { text, complete: value.InvokeComplete };
    text += textOf(value);
  }
}

describe('a qualifier', () => {
  it.each([
    [{ FunctionName: 'aliased' }, `${account}:aliased`, '$LATEST'],
    [{ FunctionName: 'aliased:live' }, `${account}:aliased:live`, '1'],
    [{ FunctionName: 'aliased', Qualifier: 'live' }, `${account}:aliased:live`, '1'],
    [{ FunctionName: `${account}:aliased:1` }, `${account}:aliased:1`, '1'],
    [
      { FunctionName: '123456789012:function:aliased:$LATEST' },
      `${account}:aliased:$LATEST`,
      '$LATEST',
    ],
  ])('of %j is in the context and in the response', async (input, arn, version) => {
    expect(await invoke(input)).toMatchObject({ result: arn, version });
    const configuration = await client.send(new GetFunctionConfigurationCommand(input));
    expect(configuration).toMatchObject({ FunctionArn: arn, Version: version });
  });

  it('stands for a version, whose environments are no other version’s', async () => {
    const run = async (FunctionName: string) => {
      const { result, log } = await invoke({ FunctionName, LogType: 'Tail' }, { where: true });
      return { ...(result as { readonly pid: number }), log };
    };
    const [alias, version, latest] = [
      await run('aliased:live'),
      await run('aliased:1'),
      await run('aliased'),
    ];
    expect(alias).toMatchObject({
      ...{ version: '1', same: '1', stream: expect.stringContaining('/[1]') },
      log: expect.stringMatching(/^START RequestId: \S+ Version: 1\n/m),
    });
    expect(latest).toMatchObject({
      ...{ version: '$LATEST', same: '$LATEST', stream: expect.stringContaining('/[$LATEST]') },
    });
    expect(version.pid).toBe(alias.pid);
    expect(latest.pid).not.toBe(alias.pid);
  });

  it('that the function does not have is not found', async () => {
    for (const qualifier of ['2', 'other', 'toString']) {
      await expect(invoke({ FunctionName: 'aliased', Qualifier: qualifier })).rejects.toMatchObject(
        {
          name: 'ResourceNotFoundException',
          message: `Function not found: ${account}:aliased:${qualifier}`,
        },
      );
    }
  });

  it('that differs from the one in the name is refused', async () => {
    await expect(invoke({ FunctionName: 'aliased:live', Qualifier: '1' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('has a Function URL of its own', async () => {
    const url = async (name: string): Promise<unknown> =>
      (await fetch(stack.outputs[name] ?? '')).json();
    expect(await url('FunctionUrl')).toBe(`${account}:aliased:live`);
    expect(await url('FunctionUrl.Latest')).toBe(`${account}:aliased`);
  });
});

describe('LogType Tail', () => {
  it('gives the lines of the invocation', async () => {
    const { log } = await invoke({ FunctionName: 'aliased', LogType: 'Tail' }, { log: true });
    expect(log?.trim().split('\n').slice(-4)).toEqual([
      expect.stringMatching(/^START RequestId: /),
      expect.stringMatching(/\tINFO\ta line$/),
      expect.stringMatching(/^END RequestId: /),
      expect.stringMatching(/^REPORT RequestId: /),
    ]);
  });

  it('gives 4 KB at most, and nothing unless it is asked for', async () => {
    const { log } = await invoke({ FunctionName: 'aliased', LogType: 'Tail' }, { long: true });
    expect(log).toHaveLength(4096);
    expect(log).toMatch(/^x+\nEND /);
    expect((await invoke({ FunctionName: 'aliased' })).log).toBeUndefined();
  });
});

describe('LoggingConfig with LogFormat JSON', () => {
  interface Line {
    readonly type?: string;
    readonly level?: string;
    readonly message?: string;
    readonly record?: object;
  }
  const tail = async (name: string, event: object): Promise<Line[]> => {
    const { log = '' } = await invoke({ FunctionName: name, LogType: 'Tail' }, event);
    const lines = log.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Line);
  };

  it('makes Lambda’s own lines objects, and drops lines below the levels', async () => {
    const lines = await tail('logging', {});
    expect(lines.map(({ type, message }) => type ?? message)).toEqual([
      'platform.initStart',
      'platform.start',
      'above',
      'platform.runtimeDone',
      'platform.report',
    ]);
    expect(lines.at(-1)?.record).toMatchObject({
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      status: 'success',
      metrics: { durationMs: expect.any(Number), memorySizeMB: 128 },
    });
    expect(await tail('quiet', {})).toEqual([]);
    expect(await tail('quiet', { exit: true })).toMatchObject([
      { type: 'platform.runtimeDone', record: { status: 'error', errorType: 'Runtime.ExitError' } },
      { type: 'platform.report', record: { status: 'error' } },
    ]);
  });

  it('writes to the log group', async () => {
    await invoke({ FunctionName: 'logging' });
    const logs = new CloudWatchLogsClient(stack.config);
    const found = await logs.send(
      new FilterLogEventsCommand({ logGroupName: '/own/group', filterPattern: '"platform.start"' }),
    );
    expect(found.events?.length).toBeGreaterThan(0);
    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(
      expect.arrayContaining(['/own/group', '/aws/lambda/aliased']),
    );
    expect(logGroups?.map(({ logGroupName }) => logGroupName)).not.toContain('/aws/lambda/logging');
    logs.destroy();
  });
});

describe('InvokeWithResponseStream', () => {
  it('gives pieces as they come', async () => {
    const events = await stream({ wait: holderUrl }, { LogType: 'Tail' });
    const { value } = (await events.next()) as { value: InvokeWithResponseStreamResponseEvent };
    expect(textOf(value)).toBe('first ');
    await letGo();
    const { text, complete } = await rest(events);
    expect(text).toBe('second');
    expect(Buffer.from(complete.LogResult ?? '', 'base64').toString()).toContain('REPORT');
    expect(complete.ErrorCode).toBeUndefined();
  });

  it.each([
    ['an error after the first piece', { fail: true }, 'first ', '"errorMessage":"half way"'],
    ['an error before the first piece', { fail: 'before' }, '', '"errorMessage":"before"'],
    ['the end of the process after the first piece', { end: true }, 'first ', 'exit status 7'],
  ])('ends with %s', async (_what, event, sent, details) => {
    const { text, complete } = await rest(await stream(event));
    expect(text).toBe(sent);
    expect(complete).toMatchObject({
      ErrorCode: 'Unhandled',
      ErrorDetails: expect.stringContaining(details),
    });
  });

  it('gives the result of a function that does not stream', async () => {
    const { text } = await rest(await stream({}, { FunctionName: 'aliased:live' }));
    expect(text).toBe(`"${account}:aliased:live"`);
  });
});

describe('a Function URL with RESPONSE_STREAM', () => {
  const get = (query: object): Promise<Response> =>
    fetch(
      `${stack.outputs['FunctionUrl.Streaming'] ?? ''}?q=${encodeURIComponent(JSON.stringify(query))}`,
    );

  it('sends status, headers and pieces as they come', async () => {
    const prelude = { statusCode: 201, headers: { 'x-own': 'yes' }, cookies: ['a=1'] };
    const response = await get({ prelude, wait: holderUrl });
    expect(response.status).toBe(201);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(response.headers.get('set-cookie')).toBe('a=1');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first ');
    await letGo();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second');
    expect((await reader?.read())?.done).toBe(true);
  });

  it('sends what has no metadata with the content type of the stream', async () => {
    const response = await get({ plain: true });
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.text()).toBe('first second');
  });

  it('cuts a response off that fails half way', async () => {
    const response = await get({ wait: holderUrl, fail: true });
    expect(response.status).toBe(200);
    await letGo();
    await expect(response.text()).rejects.toThrow();
  });

  it('responds with 502 where the function fails before it streams', async () => {
    expect((await get({ fail: 'before' })).status).toBe(502);
  });
});

describe('a function that is isolated by tenant', () => {
  it('serves each tenant in environments of its own', async () => {
    const of = async (tenant: string): Promise<unknown> =>
      (await invoke({ FunctionName: 'tenants', TenantId: tenant })).result;
    expect([await of('blue'), await of('green'), await of('blue')]).toEqual([
      ['blue', 1],
      ['green', 1],
      ['blue', 2],
    ]);
  });

  it('gets its tenant from what a REST API maps', async () => {
    const get = (path: string): Promise<Response> =>
      fetch(`${stack.outputs.HttpApiUrl ?? ''}/${path}`, { headers: { 'X-Tenant': 'red' } });
    expect(await (await get('mapped')).text()).toBe('red');
    const refused = await get('unmapped');
    expect(refused.status).toBe(400);
    expect(await refused.json()).toEqual({
      message: expect.stringMatching(/^The invoked function is enabled with tenancy configuration/),
    });
  });

  it('is not invoked without a tenant, and no other one with a tenant', async () => {
    await expect(invoke({ FunctionName: 'tenants' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('Add a valid tenant ID'),
    });
    await expect(
      invoke({ FunctionName: 'tenants', InvocationType: 'Event' }),
    ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    await expect(invoke({ FunctionName: 'aliased', TenantId: 'blue' })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
      message: expect.stringContaining('Remove the tenant ID'),
    });
  });
});
