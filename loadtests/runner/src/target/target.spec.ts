import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployedTarget, outputsTarget, TargetError } from './index.ts';

const OUTPUTS = {
  HttpApiUrl: 'https://abc.execute-api.ap-northeast-1.amazonaws.com',
  WebSocketUrl: 'wss://def.execute-api.ap-northeast-1.amazonaws.com/staging',
  WebSocketConnectionsTableName: 'blogapp-staging-websocket-connections',
};
const list = Object.entries(OUTPUTS).map(([OutputKey, OutputValue]) => ({
  OutputKey,
  OutputValue,
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'target-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('a file with outputs', () => {
  const write = (value: unknown): string => {
    const file = join(folder, 'stack.json');
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };

  it.each([
    ['as sam-offline writes them', OUTPUTS],
    ['as CloudFormation lists them', list],
  ])('is taken with outputs %s', async (_, value) => {
    const target = await outputsTarget(write(value), folder, 'ap-northeast-1');
    expect(target).toMatchObject({ outputs: OUTPUTS, isOnAws: true });
    expect(JSON.parse(readFileSync(target.outputsFile, 'utf8'))).toEqual(OUTPUTS);
  });

  it('of a local stack brings its AWS endpoint and credentials', async () => {
    const local = {
      HttpApiUrl: 'http://127.0.0.1:3001',
      WebSocketUrl: 'ws://127.0.0.1:3002/development',
      AwsEndpointUrl: 'http://127.0.0.1:4566',
    };
    const target = await outputsTarget(write(local), folder, 'eu-west-1');
    expect(target).toMatchObject({ name: 'local', isOnAws: false });
    expect(target.environment).toEqual({
      AWS_REGION: 'eu-west-1',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    });
  });

  it.each([
    ['is not there', undefined, /nowhere.json cannot be read as JSON \(ENOENT/],
    ['is not JSON', '{', /cannot be read as JSON/],
    [
      'lacks an output',
      { HttpApiUrl: OUTPUTS.HttpApiUrl },
      /does not have the outputs of the stack \(WebSocketUrl: /,
    ],
  ])('is refused when it %s', async (_, value, message) => {
    const file = value === undefined ? join(folder, 'nowhere.json') : write(value);
    await expect(outputsTarget(file, folder, 'eu-west-1')).rejects.toThrow(message);
    await expect(outputsTarget(file, folder, 'eu-west-1')).rejects.toThrow(TargetError);
  });
});

describe('a deployed stack', () => {
  let server: Server;
  let asked: string;
  const start = async (status: number, body: string): Promise<string> => {
    server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => (asked += chunk.toString()));
      request.on('end', () => response.writeHead(status, { 'content-type': 'text/xml' }).end(body));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const find = (endpoint: string) =>
    deployedTarget('staging', folder, {
      ...{ region: 'ap-northeast-1', endpoint, maxAttempts: 1 },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  beforeEach(() => {
    asked = '';
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('is found by the outputs that CloudFormation has', async () => {
    const members = list.map(
      ({ OutputKey, OutputValue }) =>
        `<member><OutputKey>${OutputKey}</OutputKey><OutputValue>${OutputValue}</OutputValue></member>`,
    );
    const endpoint = await start(
      200,
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>blogapp-staging</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
    const target = await find(endpoint);
    expect(asked).toContain('StackName=blogapp-staging');
    expect(target).toMatchObject({ name: 'blogapp-staging', isOnAws: true, outputs: OUTPUTS });
    // The engine signs requests with the credentials that the runner found, also those of a
    // profile.
    expect(target.environment).toMatchObject({
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
    });
  });

  it('is named when CloudFormation has none, with what to do', async () => {
    const endpoint = await start(
      400,
      '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id blogapp-staging does not exist</Message></Error></ErrorResponse>',
    );
    await expect(find(endpoint)).rejects.toThrow(
      'the outputs of blogapp-staging in ap-northeast-1 could not be read (ValidationError: Stack with id blogapp-staging does not exist): it has to be deployed (npx nx deploy infra -c staging)',
    );
  });
});
