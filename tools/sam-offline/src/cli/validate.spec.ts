import { join } from 'node:path';
import { addValidateCommand } from './validate.ts';
import { createProject, type Project } from './testing/command.ts';
import { runCommand } from './testing/run-command.ts';

const TEMPLATE = `Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String }
  Zone: { Type: String, Default: none }
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = async () => null;'
      Handler: index.handler
      Runtime: nodejs24.x
      Environment: { Variables: { STAGE: !Ref Stage, ZONE: !Ref Zone, LEVEL: info } }
`;

let project: Project;
beforeEach(async () => {
  project = createProject();
  await project.write('template.yaml', TEMPLATE);
});
afterEach(() => {
  project.remove();
});

const validate = (...args: string[]): Promise<string[]> =>
  runCommand(addValidateCommand, [
    ...['validate', '--template', join(project.folder, 'template.yaml')],
    ...args,
  ]);

describe('sam-offline validate', () => {
  it('says that the template is valid, and in one line a kind what is not emulated', async () => {
    const topics = ['A', 'B'].map((id) => `  ${id}: { Type: AWS::IoT::Thing }\n`).join('');
    await project.write('template.yaml', `${TEMPLATE}${topics}`);
    expect(await validate('--parameter-overrides', 'Stage=a')).toEqual([
      expect.stringMatching(/^A, B: AWS::IoT::Thing is not emulated/),
      `${join(project.folder, 'template.yaml')} is valid`,
    ]);
  });

  it('throws with every problem, each with its line', async () => {
    await project.write(
      'template.yaml',
      TEMPLATE.replace('nodejs24.x', 'node24\n      Timeout: 901\n      Memory: 1'),
    );
    await expect(validate()).rejects.toThrow(
      /^4 problems:\n.*:3:3 .*has no Default.*\n.*:11:7 .*Runtime.*nodejs24\.x.*\n.*:12:7 .*between 1 and 900.*\n.*:13:7 .*did you mean `MemorySize`/,
    );
  });
});

describe('samconfig.toml', () => {
  it.each([
    ['a text', 'parameter_overrides = "Stage=\\"from here\\" Zone=b Other=c"'],
    ['a list', 'parameter_overrides = ["Stage=a", "ParameterKey=Zone,ParameterValue=\\"b c\\""]'],
    ['a map', 'parameter_overrides = { Stage = "a", Zone = 1 }'],
  ])(
    'gives parameters as %s; those that the template does not have are left out',
    async (_what, line) => {
      await project.write(
        'samconfig.toml',
        `version = 0.1\n[default.deploy.parameters]\n${line}\n`,
      );
      expect(await validate()).toEqual([expect.stringMatching(/is valid$/)]);
    },
  );

  it('gives way to the command line, and is read in the environment that is asked for', async () => {
    await project.write(
      'template.yaml',
      TEMPLATE.replace('{ Type: String }', '{ Type: String, AllowedValues: [right] }'),
    );
    await project.write(
      'samconfig.toml',
      '[default.deploy.parameters]\nparameter_overrides = "Stage=wrong"\n[live.global.parameters]\nparameter_overrides = "Stage=right"\n',
    );
    await expect(validate()).rejects.toThrow('expected one of right, got "wrong"');
    await validate('--parameter-overrides', 'Stage=right');
    await validate('--config-env', 'live');
    await expect(validate('--config-env', 'other')).rejects.toThrow('has no environment `other`');
  });

  it('that is malformed is named', async () => {
    await project.write('samconfig.toml', '[default\n');
    await expect(validate()).rejects.toThrow(/samconfig\.toml: /);
    await project.write('samconfig.toml', '[default.deploy.parameters]\nstack_name = 1\n');
    await expect(validate()).rejects.toThrow(
      /samconfig\.toml: default\.deploy\.parameters\.stack_name/,
    );
  });

  it('may be YAML, and elsewhere', async () => {
    await project.write(
      'conf/sam.yaml',
      'default: { deploy: { parameters: { parameter_overrides: [Stage=a] } } }',
    );
    await validate('--config-file', 'conf/sam.yaml');
    await expect(validate('--config-file', 'none.toml')).rejects.toThrow('there is no such file');
  });
});

describe('--env-vars', () => {
  const withFile = async (value: object): Promise<string[]> => {
    await project.write('env.json', JSON.stringify(value));
    const args = [
      '--parameter-overrides',
      'Stage=a',
      '--env-vars',
      join(project.folder, 'env.json'),
    ];
    return validate(...args);
  };

  it('names the functions and variables that the template does not have', async () => {
    expect(await withFile({ Greet: { STAG: 'b' }, Gret: {}, Parameters: { ANY: 1 } })).toEqual([
      expect.stringMatching(
        /Greet has no environment variable `STAG` in the template; did you mean `STAGE`\?/,
      ),
      expect.stringMatching(/there is no function `Gret`; did you mean `Greet`\?/),
      expect.stringMatching(/is valid$/),
    ]);
  });

  it('refuses what is something else', async () => {
    await expect(withFile({ Greet: 'b' })).rejects.toThrow('expected a map of functions');
    const given = ['--parameter-overrides', 'Stage=a'];
    await expect(validate(...given, '--env-vars', '/nowhere.json')).rejects.toThrow(
      '--env-vars /nowhere.json: ',
    );
  });
});
