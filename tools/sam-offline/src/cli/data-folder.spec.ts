import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  createProject,
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
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: items
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  OnItem:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = async () => null;'
      Handler: index.handler
      Runtime: nodejs24.x
      Events:
        Stream:
          Type: DynamoDB
          Properties: { Stream: !GetAtt Items.StreamArn, StartingPosition: TRIM_HORIZON }
`;

jest.setTimeout(60_000);

let project: Project;
let running: RunningCommand | undefined;
let mounted: string | undefined;

beforeEach(async () => {
  project = createProject();
  await project.write('template.yaml', TEMPLATE);
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = undefined;
  if (mounted !== undefined) execFileSync('umount', ['--lazy', mounted]);
  mounted = undefined;
  project.remove();
});

function launch(...args: string[]): RunningCommand {
  running = start(project, ...args);
  return running;
}

function client(): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: readOutputs(project).AwsEndpointUrl ?? '',
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

const isTraced = (output: string): boolean => /^\s+at .*:\d+:\d+/m.test(output);

function mount(folder: string, kilobytes: number): void {
  const size = `size=${kilobytes}k`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder], { stdio: 'ignore' });
}

/** Mounts a small file system for the data folder. */
function mountSmall(kilobytes: number): void {
  const folder = join(project.folder, '.local');
  mkdirSync(folder);
  mount(folder, kilobytes);
  mounted = folder;
}

/** Not every machine lets tests mount a file system. */
const testOnSmallDisk = canMount() ? test : test.skip;

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    mount(folder, 100);
    execFileSync('umount', [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['a file', 'taken'],
  ['below a file', 'taken/data'],
  ['where nothing can be written', '/proc/sam-offline'],
])('explains a data folder that is %s in one line', async (_what, folder) => {
  writeFileSync(join(project.folder, 'taken'), '');
  const command = launch('--data-dir', folder);
  expect(await command.exited).toBe(1);
  expect(command.output).toMatch(
    /^sam-offline: the data folder \S+ cannot be used: .+ Make it a folder that can be written, or choose another one with --data-dir\.$/m,
  );
  expect(isTraced(command.output)).toBe(false);
});

test('explains a damaged database in one line', async () => {
  await project.write('.local/dynamodb/tables.db', 'no database '.repeat(1_000));
  const command = launch();
  expect(await command.exited).toBe(1);
  expect(command.output).toMatch(/the data folder \S+ cannot be used: .*Start with --clean/);
  expect(isTraced(command.output)).toBe(false);
});

test.each(['.local', '.local/dynamodb', '.local/functions'])(
  'stops in order when %s is deleted while it runs',
  async (folder) => {
    const command = launch();
    await command.printed(/READY/);
    rmSync(join(project.folder, folder), { recursive: true });
    expect(await command.exited).toBe(1);
    expect(command.output.match(/was deleted or replaced while the stack ran/g)).toHaveLength(1);
    expect(isTraced(command.output)).toBe(false);
  },
);

test('writes its outputs again when they are deleted, so that no other stack takes its data', async () => {
  const command = launch();
  await command.printed(/READY/);
  const outputs = readOutputs(project);
  rmSync(join(project.folder, '.local/outputs.json'));
  await command.printed(
    /outputs\.json was deleted while the stack runs; it has been written again/,
  );
  expect(readOutputs(project)).toEqual(outputs);
  expect(await command.stop()).toBe(0);
});

testOnSmallDisk(
  'says once that the disk is full, continues, and loses no acknowledged write',
  async () => {
    mountSmall(2_000);
    const command = launch();
    await command.printed(/READY/);
    const dynamodb = client();
    const acknowledged: string[] = [];
    const put = async (id: string): Promise<boolean> => {
      const Item = { id: { S: id }, text: { S: 'x'.repeat(20_000) } };
      try {
        await dynamodb.send(new PutItemCommand({ TableName: 'items', Item }));
        acknowledged.push(id);
        return true;
      } catch {
        return false;
      }
    };
    const ballast = join(project.folder, '.local/ballast');
    // Takes all the space that is left, with a part that the test can free again.
    execFileSync('sh', ['-c', `head -c 4000000 /dev/zero > ${ballast} || true`], {
      stdio: 'ignore',
    });
    await until(async () => !(await put(`before ${acknowledged.length}`)));
    for (let attempt = 0; attempt < 20; attempt += 1) await put(`full ${attempt}`);
    await command.printed(/error: DynamoDB cannot write .* Acknowledged writes are kept/);

    rmSync(ballast);
    await until(() => put('after'));
    await command.printed(/DynamoDB can write again/);
    dynamodb.destroy();
    expect(command.output.match(/DynamoDB cannot write/g)).toHaveLength(1);
    expect(command.output.match(/positions cannot be written/g)?.length ?? 0).toBeLessThan(2);
    expect(isTraced(command.output)).toBe(false);
    expect(await command.stop()).toBe(0);

    await launch().printed(/READY/);
    const again = client();
    const { Items: items } = await again.send(new ScanCommand({ TableName: 'items' }));
    again.destroy();
    expect(items?.map(({ id }) => id?.S).sort()).toEqual([...new Set(acknowledged)].sort());
  },
);

testOnSmallDisk('explains a disk that is full from the start in one line', async () => {
  mountSmall(4);
  const command = launch();
  expect(await command.exited).toBe(1);
  expect(command.output).toMatch(/the data folder \S+ cannot be used: .*Free some space/);
  expect(isTraced(command.output)).toBe(false);
});
