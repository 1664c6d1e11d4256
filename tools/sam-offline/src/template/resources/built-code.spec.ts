import { join } from 'node:path';
import type { LambdaFunction, Stack } from '../model.ts';
import { loadText } from '../testing/load-text.ts';

const template = (runtime: string, metadata = ''): string => `
Transform: AWS::Serverless-2016-10-31
Resources:
  Greet:
    Type: AWS::Serverless::Function
    ${metadata}
    Properties: { CodeUri: src, Handler: app.handler, Runtime: ${runtime} }
`;

const built = {
  '.aws-sam/build/template.yaml':
    'Resources: { Greet: { Properties: { CodeUri: Greet } }, Deps: { Properties: { ContentUri: Deps } } }',
  '.aws-sam/build/Greet/app.js': '',
  '.aws-sam/build/Deps/nodejs/a.js': '',
};

const load = (text: string, files: Record<string, string>): Stack => loadText(text, { files });

/** Gives the last two parts of the path that a function runs from. */
function folderOf({ code }: LambdaFunction): string {
  return code.type === 'zip' ? code.directory.split('/').slice(-2).join('/') : code.type;
}

describe('a function that `sam build` has built', () => {
  it.each([
    ['its handler is TypeScript', 'nodejs24.x', { 'src/app.ts': '' }, ''],
    [
      'there is a BuildMethod',
      'nodejs24.x',
      { 'src/app.js': '' },
      'Metadata: { BuildMethod: esbuild }',
    ],
    ['its folder does not exist', 'nodejs24.x', {}, ''],
    [
      'dependencies are not installed',
      'nodejs24.x',
      { 'src/app.js': '', 'src/package.json': '{"dependencies":{"left-pad":"1"}}' },
      '',
    ],
    [
      'requirements are not installed',
      'python3.13',
      { 'src/app.py': '', 'src/requirements.txt': '# none\nrequests==2\n' },
      '',
    ],
  ])('runs from the build if %s', (_why, runtime, files, metadata) => {
    const stack = load(template(runtime, metadata), { ...files, ...built });
    expect(stack.functions.map(folderOf)).toEqual(['build/Greet']);
    expect(stack.warnings).toEqual([]);
  });

  it.each([
    [
      'nodejs24.x',
      { 'src/app.js': '', 'src/package.json': '{"dependencies":{"@aws-sdk/client-s3":"3"}}' },
    ],
    [
      'nodejs24.x',
      {
        'src/app.js': '',
        'src/package.json': '{"dependencies":{"a":"1"}}',
        'src/node_modules/a/index.js': '',
      },
    ],
    ['python3.13', { 'src/app.py': '', 'src/requirements.txt': 'boto3\n' }],
  ])('runs from its own folder if it needs no build (%s)', (runtime, files) => {
    const stack = load(template(runtime), { ...files, ...built });
    expect(stack.functions.map(folderOf)).toEqual([expect.stringMatching(/\/src$/)]);
  });

  it('says what to do if nothing was built', () => {
    const { warnings } = load(template('python3.13'), {
      'src/app.py': '',
      'src/requirements.txt': 'requests',
    });
    expect(warnings).toEqual([
      {
        resource: 'Greet',
        property: 'CodeUri',
        message: expect.stringMatching(/requirements\.txt.*run `sam build`/),
      },
    ]);
  });

  it('uses layers of the build too', () => {
    const layered = `${template('nodejs24.x').replace('CodeUri', 'Layers: [!Ref Deps], CodeUri')}
  Deps:
    Type: AWS::Serverless::LayerVersion
    Metadata: { BuildMethod: nodejs24.x }
    Properties: { ContentUri: deps }
`;
    const { functions } = load(layered, { ...built, 'src/app.js': '', 'deps/package.json': '{}' });
    expect(functions[0]?.layers).toEqual([expect.stringMatching(/\.aws-sam\/build\/Deps$/)]);
  });
});

describe('code that is not on this machine', () => {
  it.each([
    ['CodeUri: s3://bucket/key', 'Zip'],
    ['CodeUri: { Bucket: a, Key: b }', 'Zip'],
    ['ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1, PackageType: Image', 'Image'],
  ])('%s leads to a warning, and the function exists', (property) => {
    const stack = load(template('nodejs24.x').replace('CodeUri: src', property), {});
    expect(stack.functions).toMatchObject([{ logicalId: 'Greet', code: { type: 'missing' } }]);
    expect(stack.warnings).toEqual([
      expect.objectContaining({ message: expect.stringContaining('fails when it is invoked') }),
    ]);
  });

  it('may be an archive on this machine', () => {
    const files = { 'src.zip': 'PK', 'src/app.js': '' };
    const stack = load(template('nodejs24.x').replace('src', './src.zip'), files);
    const [greet] = stack.functions;
    expect(greet?.code).toEqual({
      type: 'file',
      file: expect.stringMatching(join('/', 'src.zip')),
    });
  });
});
