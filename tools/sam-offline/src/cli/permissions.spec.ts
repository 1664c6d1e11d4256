import { LambdaClient, InvokeCommand } from '@aws-sdk/client-lambda';
import {
  createProject,
  type Project,
  readOutputs,
  RunningCommand,
  start,
} from './testing/command.ts';

/** A function that may write to one table, and tries to write to another. */
const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Allowed: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: allowed } }
  Other: { Type: AWS::Serverless::SimpleTable, Properties: { TableName: other } }
  Writer:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: writer
      CodeUri: writer/
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: 20
      Policies:
        - Statement:
            - Effect: Allow
              Action: [dynamodb:PutItem, dynamodb:DeleteItem]
              Resource: !GetAtt Allowed.Arn
            - Effect: Allow
              Action: dynamodb:*
              Resource: arn:aws:dynamodb:ap-northeast-1:123456789012:table/third
  Imported:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: imported
      CodeUri: writer/
      Handler: index.handler
      Runtime: nodejs24.x
      Timeout: 20
      Role: arn:aws:iam::123456789012:role/elsewhere
`;

const WRITER = `
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
const client = new DynamoDBClient({});
export const handler = async ({ table }) => {
  try {
    await client.send(new PutItemCommand({ TableName: table, Item: { id: { S: '1' } } }));
    return 'written';
  } catch (error) {
    return { name: error.name, message: error.message, status: error.$metadata.httpStatusCode };
  }
};`;

const DENIED =
  /User: arn:aws:sts::123456789012:assumed-role\/\S+\/\S+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:ap-northeast-1:123456789012:table\/other because no identity-based policy allows the dynamodb:PutItem action/;

let project: Project;
let running: RunningCommand | undefined;

beforeEach(async () => {
  project = createProject();
  await project.write('template.yaml', TEMPLATE);
  await project.write('writer/index.mjs', WRITER);
});

afterEach(async () => {
  await running?.stop();
  running = undefined;
  project.remove();
});

async function startWith(
  ...args: string[]
): Promise<(fn: string, table: string) => Promise<unknown>> {
  const command = start(project, ...args);
  running = command;
  await command.printed(/READY/);
  const client = new LambdaClient({
    region: 'ap-northeast-1',
    endpoint: readOutputs(project).AwsEndpointUrl ?? '',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return async (FunctionName, table) => {
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ table }) }),
    );
    return JSON.parse(Buffer.from(Payload ?? []).toString()) as unknown;
  };
}

/** Runs `sam-offline permissions` to its end. */
async function report(): Promise<string> {
  const command = new RunningCommand(project.folder, ['permissions']);
  expect(await command.exited).toBe(0);
  return command.output;
}

describe('permissions', () => {
  it('are enforced: a call that no policy allows is refused as on AWS, and named', async () => {
    const invoke = await startWith();
    expect(await invoke('writer', 'allowed')).toBe('written');
    expect(await invoke('writer', 'other')).toEqual({
      name: 'AccessDeniedException',
      message: expect.stringMatching(DENIED),
      status: 400,
    });
    await running?.printed(/dynamodb:PutItem.*table\/other/s);
    await running?.printed(/"Effect":"Allow","Action":"dynamodb:PutItem"/);
  });

  it('are reported only, with --iam report', async () => {
    const invoke = await startWith('--iam', 'report');
    expect(await invoke('writer', 'other')).toBe('written');
    await running?.printed(/dynamodb:PutItem.*table\/other/s);
  });

  it('are not looked at, with --iam off', async () => {
    const invoke = await startWith('--iam', 'off');
    expect(await invoke('writer', 'other')).toBe('written');
    expect(running?.output).not.toMatch(/not authorized/);
  });

  it('stay as they were when a policy is removed while the function runs, until a restart', async () => {
    const invoke = await startWith('--watch');
    await project.write('template.yaml', TEMPLATE.replace(/      Policies:\n(?: {8}.*\n)+/, ''));
    await running?.printed(/template\.yaml was changed\. .* Restart it to apply the change/);
    expect(await invoke('writer', 'allowed')).toBe('written');
    await running?.stop();
    const again = await startWith();
    expect(await again('writer', 'allowed')).toMatchObject({ name: 'AccessDeniedException' });
  });

  it('of a role that is not in the template are not checked, which is said once', async () => {
    const invoke = await startWith();
    expect(await invoke('imported', 'other')).toBe('written');
    const said = running?.output.match(/The permissions of Imported are not checked/g);
    expect(said).toHaveLength(1);
  });

  it('that were granted and never used are listed by sam-offline permissions', async () => {
    const invoke = await startWith();
    await invoke('writer', 'allowed');
    await invoke('writer', 'other');
    await running?.stop();
    const output = await report();
    expect(output).toMatch(/Writer\n/);
    expect(output).toMatch(/never used +dynamodb:DeleteItem on \S+table\/allowed/);
    expect(output).toMatch(/never used +dynamodb:\* on \S+table\/third/);
    expect(output).toMatch(/missing +dynamodb:PutItem on \S+table\/other/);
    expect(output).not.toMatch(/dynamodb:PutItem on \S+table\/allowed/);
  });
});
