import { join } from 'node:path';
import { stackOf } from './stack-of.ts';
import { createProject, type Project } from './testing/command.ts';

let project: Project;
beforeEach(() => {
  project = createProject();
});
afterEach(() => {
  project.remove();
});

it('takes stack name, region, parameters and environment variables from the SAM CLI’s files', async () => {
  await project.write(
    'app/template.yaml',
    `Transform: AWS::Serverless-2016-10-31
Parameters: { Stage: { Type: String } }
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = async () => null;'
      Handler: index.handler
      Runtime: nodejs24.x
      Environment: { Variables: { STAGE: !Ref Stage, LEVEL: info, COUNT: 1 } }
`,
  );
  await project.write(
    'env.json',
    '{ "Parameters": { "LEVEL": "all", "COUNT": 2 }, "Greet": { "LEVEL": "debug" } }',
  );
  await project.write(
    'samconfig.toml',
    `[default.global.parameters]
stack_name = "shop"
[default.deploy.parameters]
region = "eu-west-1"
parameter_overrides = "Stage=\\"the last one\\""
[default.local_start_api.parameters]
template = "app/template.yaml"
env_vars = "env.json"
`,
  );
  const { AWS_REGION: region, ...others } = process.env;
  const cwd = process.cwd();
  process.env = others;
  process.chdir(project.folder);
  try {
    const stack = stackOf({ dataDir: '.local' });
    expect(stack).toMatchObject({
      name: 'shop',
      region: 'eu-west-1',
      templatePath: join(process.cwd(), 'app/template.yaml'),
      warnings: [],
    });
    expect(stack.functions[0]?.environment).toEqual({
      STAGE: 'the last one',
      LEVEL: 'debug',
      COUNT: '2',
    });
    expect(stackOf({ dataDir: '.local', stackName: 'mine', region: 'us-east-1' })).toMatchObject({
      name: 'mine',
      region: 'us-east-1',
    });
  } finally {
    process.chdir(cwd);
    if (region !== undefined) process.env.AWS_REGION = region;
  }
});
