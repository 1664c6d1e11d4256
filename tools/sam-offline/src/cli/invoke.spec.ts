import { createProject, type Project, RunningCommand, start } from './testing/command.ts';

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: nodejs24.x, Handler: index.handler }
Resources:
  Double:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: |
        exports.handler = async (event) => {
          if (event.n === undefined) throw new TypeError('n is missing');
          return { n: event.n * 2 };
        };
  NotBuilt:
    Type: AWS::Serverless::Function
    Properties: { CodeUri: nowhere/ }
`;

let project: Project;

beforeAll(async () => {
  project = createProject();
  await project.write('template.yaml', TEMPLATE);
  await project.write('event.json', '{"n":21}');
  await project.write('broken.json', '{"n":');
});

afterAll(() => {
  project.remove();
});

async function invoke(
  ...args: string[]
): Promise<{ code: number | null; stdout: string; all: string }> {
  const command = new RunningCommand(project.folder, ['invoke', ...args]);
  let stdout = '';
  command.child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  return { code: await command.exited, stdout, all: command.output };
}

test('prints the result of a function, and its log lines apart from it', async () => {
  const { code, stdout, all } = await invoke('Double', '--event', 'event.json');
  expect(stdout).toBe('{"n":42}\n');
  expect(all).toMatch(/invoke +Double +ok/);
  expect(code).toBe(0);
});

test('ends with 1 when the function fails', async () => {
  const { code, stdout } = await invoke('Double');
  expect(JSON.parse(stdout)).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'n is missing',
  });
  expect(code).toBe(1);
});

test.each([
  [['Nobody'], /no function Nobody; it has Double, NotBuilt/],
  [['NotBuilt'], /NotBuilt.*nowhere.*is it built/],
  [['Double', '--event', 'absent.json'], /absent\.json/],
  [['Double', '--event', 'broken.json'], /broken\.json is not JSON/],
])('explains %j', async (args, message) => {
  const { code, all } = await invoke(...args);
  expect(all).toMatch(message);
  expect(code).toBe(1);
});

test('invokes in the stack that runs already', async () => {
  await project.write('template.yaml', TEMPLATE.replace(/ {2}NotBuilt:[^]*/, ''));
  const running = start(project);
  await running.printed(/^READY/m);
  try {
    const { code, stdout } = await invoke('Double', '--event', 'event.json');
    expect(stdout).toBe('{"n":42}\n');
    expect(code).toBe(0);
    expect(running.output).toMatch(/invoke +Double +ok/);
  } finally {
    await running.stop();
  }
});
