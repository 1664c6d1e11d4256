import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { WebSocket } from 'ws';
import {
  createProject,
  descendantsOf,
  isAlive,
  type Project,
  readOutputs,
  type RunningCommand,
  start,
  until,
} from './testing/command.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Items:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: items }
  Jobs:
    Type: AWS::SQS::Queue
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: hello/
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        Root: { Type: HttpApi, Properties: { Path: /, Method: GET } }
  Socket:
    Type: AWS::ApiGatewayV2::Api
    Properties:
      Name: socket
      ProtocolType: WEBSOCKET
      RouteSelectionExpression: $request.body.action
  Echo:
    Type: AWS::ApiGatewayV2::Route
    Properties:
      ApiId: !Ref Socket
      RouteKey: $default
      RouteResponseSelectionExpression: $default
      Target: !Sub integrations/\${EchoIntegration}
  EchoResponse:
    Type: AWS::ApiGatewayV2::RouteResponse
    Properties: { ApiId: !Ref Socket, RouteId: !Ref Echo, RouteResponseKey: $default }
  EchoIntegration:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Socket
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Hello.Arn}/invocations
  EchoPermission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Hello
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Socket}/live/$default
  Stage:
    Type: AWS::ApiGatewayV2::Stage
    Properties: { ApiId: !Ref Socket, StageName: live, AutoDeploy: true }
Outputs:
  Greeting: { Value: !Sub 'hello from \${AWS::StackName}' }
`;

const handlerReturning = (text: string): string =>
  `export const handler = async () => ({ statusCode: 200, body: '${text}' });`;

let project: Project;
const commands: RunningCommand[] = [];

beforeEach(async () => {
  project = createProject();
  await project.write('template.yaml', TEMPLATE);
  await project.write('hello/index.mjs', handlerReturning('one'));
});

afterEach(async () => {
  await Promise.all(commands.splice(0).map((command) => command.stop('SIGKILL')));
  project.remove();
});

async function startReady(...args: string[]): Promise<RunningCommand> {
  const command = start(project, ...args);
  commands.push(command);
  await command.printed(/^READY .*[^]*Ctrl-C stops$/m);
  return command;
}

/** Runs a start that fails, and returns what it printed. */
async function startFailing(...args: string[]): Promise<string> {
  const command = start(project, ...args);
  commands.push(command);
  expect(await command.exited).toBe(1);
  return command.output;
}

async function bodyOf(url: string | undefined): Promise<string> {
  return (await fetch(url ?? '')).text();
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves the stack until %s, and leaves nothing behind',
  async (signal) => {
    const command = await startReady('--stack-name=shop');
    const outputs = readOutputs(project);
    expect(outputs).toMatchObject({ Greeting: 'hello from shop' });
    for (const url of [outputs.HttpApiUrl, outputs.WebSocketUrl, outputs.AwsEndpointUrl]) {
      expect(command.output).toContain(url);
    }
    expect(await bodyOf(outputs.HttpApiUrl)).toBe('one');

    const children = descendantsOf(command.child.pid ?? 0);
    expect(children.length).toBeGreaterThanOrEqual(2);
    expect(await command.stop(signal)).toBe(0);

    await until(() => !children.some(isAlive));
    await expect(fetch(outputs.HttpApiUrl ?? '')).rejects.toThrow();
    await expect(fetch(outputs.AwsEndpointUrl ?? '')).rejects.toThrow();
    expect(existsSync(join(project.folder, '.local/outputs.json'))).toBe(false);
  },
);

test('leaves no process behind when it is killed with SIGKILL', async () => {
  const command = await startReady();
  const outputs = readOutputs(project);
  await bodyOf(outputs.HttpApiUrl);
  const children = descendantsOf(command.child.pid ?? 0);
  expect(children.length).toBeGreaterThanOrEqual(2);

  await command.stop('SIGKILL');

  await until(() => !children.some(isAlive));
  await expect(fetch(outputs.AwsEndpointUrl ?? '')).rejects.toThrow();
});

test('serves a changed bundle at the next invocation, and keeps connections open', async () => {
  const command = await startReady('--watch');
  const outputs = readOutputs(project);
  const socket = new WebSocket(outputs.WebSocketUrl ?? '');
  await once(socket, 'open');
  const echo = async (): Promise<string> => {
    socket.send('x');
    const [data] = (await once(socket, 'message')) as [Buffer];
    return data.toString();
  };
  expect(await echo()).toBe('one');

  // Bundlers that clean their output folder write in this way.
  rmSync(join(project.folder, 'hello'), { recursive: true });
  await project.write('hello/index.mjs', handlerReturning('two'));
  await command.printed(/reloaded Hello/);

  await until(async () => (await echo()) === 'two');
  expect(await bodyOf(outputs.HttpApiUrl)).toBe('two');
  socket.close();

  // The same content was written again, so nothing is reloaded.
  await project.write('hello/index.mjs', handlerReturning('two'));
  await project.write('template.yaml', `${TEMPLATE}  Another: { Value: x }\n`);
  await command.printed(
    /template\.yaml was changed\. The stack still runs with the earlier template\. Restart it/,
  );
  expect(command.output.match(/reloaded/g)).toHaveLength(1);

  await project.write('hello/index.mjs', 'export const handler = ');
  await command.printed(/Function Hello: its changed code does not start.*UserCodeSyntaxError/);
  expect(await bodyOf(outputs.HttpApiUrl)).toBe('two');
  await project.write('hello/index.mjs', handlerReturning('three'));
  await command.printed(/reloaded Hello; starts again: Hello/);
  expect(await bodyOf(outputs.HttpApiUrl)).toBe('three');
});

test('keeps items over a restart, unless --clean is given', async () => {
  const withTable = async <T>(use: (client: DynamoDBClient) => Promise<T>): Promise<T> => {
    const client = new DynamoDBClient({
      endpoint: readOutputs(project).AwsEndpointUrl ?? '',
      region: 'ap-northeast-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      return await use(client);
    } finally {
      client.destroy();
    }
  };
  const count = (): Promise<number | undefined> =>
    withTable(async (client) => (await client.send(new ScanCommand({ TableName: 'items' }))).Count);

  let command = await startReady();
  await withTable((client) =>
    client.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: '1' } } })),
  );
  await command.stop();

  command = await startReady();
  expect(await count()).toBe(1);
  await command.stop();

  await startReady('--clean');
  expect(await count()).toBe(0);
});

test('refuses to share a data folder with another one that runs', async () => {
  await startReady();
  expect(await startFailing()).toMatch(
    /^sam-offline: another sam-offline uses the data folder .*--data-dir$/m,
  );
});

test('names a port that is taken, and the option that chooses another', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  try {
    for (const option of ['--http-port', '--websocket-port', '--aws-port', '--console-port']) {
      const output = await startFailing(option, String(port));
      expect(output).toContain(`${port}, is taken by another program`);
      expect(output).toContain(`${option} <port>`);
    }
  } finally {
    other.close();
  }
});

test('names a function whose bundle is missing, and starts the rest', async () => {
  rmSync(join(project.folder, 'hello'), { recursive: true });
  const { output } = await startReady();
  expect(output).toMatch(/Function Hello: .*hello does not exist; is it built\?/);
  expect(output).not.toMatch(/^\s+at /m);
});

test.each([
  ['a misspelt property', TEMPLATE.replace('CodeUri', 'CodeUrl'), /CodeUrl.*CodeUri/],
  [
    'a cycle',
    TEMPLATE.replace(
      'Type: AWS::SQS::Queue',
      '$&\n    Properties: { QueueName: !Ref Hello }',
    ).replace('CodeUri:', 'Environment: { Variables: { JOBS: !Ref Jobs } }\n      CodeUri:'),
    /Hello.*Jobs|Jobs.*Hello/,
  ],
])('explains a template with %s', async (_case, template, message) => {
  await project.write('template.yaml', template);
  const output = await startFailing();
  expect(output).toMatch(message);
  expect(output).not.toMatch(/^\s+at /m);
});

test('starts without a resource that it does not support, and names it', async () => {
  await project.write(
    'template.yaml',
    TEMPLATE.replace('Outputs:', '  Stream:\n    Type: AWS::Kinesis::Stream\nOutputs:'),
  );
  const command = await startReady();
  expect(command.output).toMatch(/warn: Stream.*AWS::Kinesis::Stream/);
});

test('explains a value that an option cannot have', async () => {
  expect(await startFailing('--http-port', 'x')).toMatch(/expected a port/);
});
