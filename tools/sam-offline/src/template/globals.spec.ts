import { functionTemplate, loadText } from './testing/load-text.ts';

const globals = `
Globals:
  Function:
    Timeout: 10
    MemorySize: 512
    Environment: { Variables: { A: global, B: global } }
    Architectures: [arm64]
  HttpApi:
    CorsConfiguration: { AllowOrigins: [https://example.com] }
    StageVariables: { Colour: green }
`;

describe('Globals', () => {
  it('gives functions the properties that they do not have, and merges maps', () => {
    const own = 'Timeout: 20\nEnvironment: { Variables: { B: own, C: own } }';
    expect(loadText(functionTemplate(own, '', globals)).functions).toMatchObject([
      {
        timeoutMs: 20_000,
        memorySizeMb: 512,
        architecture: 'arm64',
        environment: { A: 'global', B: 'own', C: 'own' },
      },
    ]);
  });

  it('appends to lists', () => {
    const layers = (name: string): string =>
      `${name}:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: ${name} }`;
    const { functions } = loadText(
      functionTemplate(
        'Layers: [!Ref Own]',
        `${layers('Shared')}\n${layers('Own')}`,
        'Globals: { Function: { Layers: [!Ref Shared] } }',
      ),
    );
    expect(functions[0]?.layers.map((path) => path.split('/').at(-1))).toEqual(['Shared', 'Own']);
  });

  it('applies to the implicit HTTP API too', () => {
    const { httpApis } = loadText(
      functionTemplate('Events: { Any: { Type: HttpApi } }', '', globals),
    );
    expect(httpApis).toMatchObject([
      {
        logicalId: 'ServerlessHttpApi',
        cors: { allowOrigins: ['https://example.com'] },
        stageVariables: { Colour: 'green' },
      },
    ]);
  });

  it('does not apply to resources that ignore it', () => {
    const ignoring = (what: string): string =>
      `Other:\n  Type: AWS::Serverless::Function\n  IgnoreGlobals: ${what}\n  Properties: { CodeUri: a, Handler: a.b, Runtime: nodejs24.x }`;
    const other = (what: string) =>
      loadText(functionTemplate('', ignoring(what), globals)).functions[1];
    expect(other('"*"')).toMatchObject({ timeoutMs: 3000, memorySizeMb: 128 });
    expect(other('[Timeout]')).toMatchObject({ timeoutMs: 3000, memorySizeMb: 512 });
  });
});
