import { functionTemplate, loadText } from '../testing/load-text.ts';

const only = (template: string, files?: Record<string, string>) => {
  const stack = loadText(template, files === undefined ? {} : { files });
  const [made] = stack.functions;
  if (made === undefined) throw new Error('no function');
  return { ...made, warnings: stack.warnings, templatePath: stack.templatePath };
};

const folder = (path: string): string => path.split('/').slice(-1).join('/');

describe('functions', () => {
  it("has Lambda's defaults", () => {
    expect(only(functionTemplate())).toMatchObject({
      logicalId: 'Greet',
      functionName: expect.stringMatching(/^demo-Greet-[A-Z0-9]{12}$/),
      arn: expect.stringMatching(
        /^arn:aws:lambda:ap-northeast-1:123456789012:function:demo-Greet-[A-Z0-9]{12}$/,
      ),
      runtime: 'nodejs24.x',
      handler: 'index.handler',
      architecture: 'x86_64',
      memorySizeMb: 128,
      timeoutMs: 3000,
      environment: {},
      asyncInvoke: { maximumRetryAttempts: 2, maximumEventAgeMs: 21_600_000 },
      layers: [],
    });
  });

  it('reads the properties in the template', () => {
    const made = only(
      functionTemplate(
        [
          'FunctionName: !Sub "${AWS::StackName}-greet"',
          'MemorySize: "1024"',
          'Timeout: 30',
          'Architectures: [arm64]',
          'ReservedConcurrentExecutions: 0',
          'Environment: { Variables: { A: text, B: 1, C: true, D: 1.10 } }',
        ].join('\n'),
      ),
    );
    expect(made).toMatchObject({
      functionName: 'demo-greet',
      memorySizeMb: 1024,
      timeoutMs: 30_000,
      architecture: 'arm64',
      reservedConcurrency: 0,
      environment: { A: 'text', B: '1', C: 'true', D: '1.10' },
    });
  });

  it('resolves CodeUri against the folder of the template, whether or not it exists', () => {
    const { code, templatePath } = only(functionTemplate());
    expect(code).toEqual({
      type: 'zip',
      directory: templatePath.replace('template.yaml', 'greet'),
    });
  });

  it('uses the template’s folder if there is no CodeUri', () => {
    const { code, templatePath } = only(functionTemplate().replace('CodeUri: greet', ''));
    expect(code).toEqual({ type: 'zip', directory: templatePath.replace('/template.yaml', '') });
  });

  it('reads InlineCode and ZipFile', () => {
    const inline = functionTemplate().replace('CodeUri: greet', 'InlineCode: exports.a = 1');
    expect(only(inline).code).toEqual({ type: 'inline', source: 'exports.a = 1' });
    const plain = `
Resources:
  Greet:
    Type: AWS::Lambda::Function
    Properties: { Handler: index.a, Runtime: nodejs24.x, Role: a, Code: { ZipFile: exports.a = 1 } }
`;
    expect(only(plain).code).toEqual({ type: 'inline', source: 'exports.a = 1' });
    expect(only(plain.replace('{ ZipFile: exports.a = 1 }', 'src')).code.type).toBe('zip');
  });

  it('reads an image from its Metadata', () => {
    const { code, runtime, handler, templatePath } = only(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Function
    Metadata: { DockerContext: ../app, Dockerfile: docker/Dockerfile.lambda, DockerTag: v1 }
    Properties:
      PackageType: Image
      ImageConfig: { Command: [index.handler], WorkingDirectory: /srv }
`);
    const context = templatePath.replace(/[^/]+\/template\.yaml$/, 'app');
    expect(code).toEqual({
      type: 'image',
      contextDirectory: context,
      dockerfile: `${context}/docker/Dockerfile.lambda`,
      command: ['index.handler'],
      workingDirectory: '/srv',
    });
    expect(runtime).toBeUndefined();
    expect(handler).toBeUndefined();
  });

  it('warns about code that needs a build', () => {
    const template = functionTemplate();
    const source = { 'greet/index.ts': '' };
    expect(only(template, source).warnings).toMatchObject([
      { property: 'CodeUri', message: expect.stringContaining('run `sam build`') },
    ]);
    expect(only(template, { ...source, 'greet/index.mjs': '' }).warnings).toEqual([]);
  });

  it('warns about a BuildMethod', () => {
    const template = functionTemplate().replace(
      'Properties:',
      'Metadata: { BuildMethod: esbuild }\n    Properties:',
    );
    expect(only(template).warnings[0]?.message).toContain('BuildMethod is esbuild');
  });

  it('finds folders of its own layers and leaves out others', () => {
    const { layers, warnings } = only(
      functionTemplate(
        'Layers: [!Ref Shared, "arn:aws:lambda:ap-northeast-1:580247275435:layer:LambdaInsightsExtension:2"]',
        'Shared:\n  Type: AWS::Serverless::LayerVersion\n  Properties: { ContentUri: layers/shared }',
      ),
    );
    expect(layers.map(folder)).toEqual(['shared']);
    expect(warnings).toMatchObject([
      {
        property: 'Layers',
        message: expect.stringContaining('LambdaInsightsExtension:2 is left out'),
      },
    ]);
  });

  it('reads a Function URL, and gives it a host that the template can refer to', () => {
    const template = functionTemplate(
      'FunctionUrlConfig:\n  AuthType: AWS_IAM\n  InvokeMode: RESPONSE_STREAM\n  Cors: { AllowOrigins: ["*"], MaxAge: 60 }',
      '',
      'Outputs: { Url: { Value: !GetAtt GreetUrl.FunctionUrl } }',
    );
    const { functions, outputs } = loadText(template);
    const url = functions[0]?.functionUrls?.[0];
    expect(url).toEqual({
      logicalId: 'GreetUrl',
      functionArn: functions[0]?.arn,
      urlId: expect.stringMatching(/^[a-z0-9]{32}$/),
      authType: 'AWS_IAM',
      invokeMode: 'RESPONSE_STREAM',
      cors: {
        allowOrigins: ['*'],
        allowMethods: [],
        allowHeaders: [],
        exposeHeaders: [],
        allowCredentials: false,
        maxAgeSeconds: 60,
      },
    });
    expect(outputs).toEqual({ Url: `https://${url?.urlId}.lambda-url.ap-northeast-1.on.aws/` });
  });

  it('reads AWS::Lambda::Url', () => {
    const { functionUrls } = only(
      functionTemplate(
        '',
        'Url:\n  Type: AWS::Lambda::Url\n  Properties: { AuthType: NONE, TargetFunctionArn: !GetAtt Greet.Arn }',
      ),
    );
    expect(functionUrls).toMatchObject([{ authType: 'NONE', invokeMode: 'BUFFERED' }]);
  });

  it('reads EventInvokeConfig and DeadLetterQueue', () => {
    const { asyncInvoke } = only(
      functionTemplate(
        [
          'EventInvokeConfig:',
          '  MaximumRetryAttempts: 0',
          '  MaximumEventAgeInSeconds: 60',
          '  DestinationConfig:',
          '    OnSuccess: { Type: Lambda, Destination: !GetAtt Greet.Arn }',
          '    OnFailure: { Type: SQS, Destination: !GetAtt Failed.Arn }',
          'DeadLetterQueue: { Type: SQS, TargetArn: !GetAtt Failed.Arn }',
        ].join('\n'),
        'Failed: { Type: AWS::SQS::Queue, Properties: { QueueName: failed } }',
      ).replace('!GetAtt Greet.Arn', 'arn:aws:lambda:a:123456789012:function:b'),
    );
    const failed = 'arn:aws:sqs:ap-northeast-1:123456789012:failed';
    expect(asyncInvoke).toEqual({
      maximumRetryAttempts: 0,
      maximumEventAgeMs: 60_000,
      onSuccessArn: 'arn:aws:lambda:a:123456789012:function:b',
      onFailureArn: failed,
      deadLetterArn: failed,
    });
  });

  it('reads AWS::Lambda::EventInvokeConfig', () => {
    const { asyncInvoke } = only(
      functionTemplate(
        '',
        'Config:\n  Type: AWS::Lambda::EventInvokeConfig\n  Properties: { FunctionName: !Ref Greet, Qualifier: $LATEST, MaximumRetryAttempts: 1 }',
      ),
    );
    expect(asyncInvoke.maximumRetryAttempts).toBe(1);
  });

  it('makes a queue for a destination without an ARN, as SAM does', () => {
    const { functions, queues, outputs } = loadText(
      functionTemplate(
        'EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } }',
        '',
        'Outputs: { Queue: { Value: !Ref Greet.DestinationQueue } }',
      ),
    );
    expect(queues).toMatchObject([{ logicalId: 'GreetEventInvokeConfigOnFailureQueue' }]);
    expect(functions[0]?.asyncInvoke.onFailureArn).toBe(queues[0]?.arn);
    expect(outputs).toEqual({ Queue: queues[0]?.url });
  });

  it('leaves out destinations that are not emulated, with a warning', () => {
    const { asyncInvoke, warnings } = only(
      functionTemplate(
        'EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: S3Bucket, Destination: "arn:aws:s3:::failures" } } }',
      ),
    );
    expect(asyncInvoke.onFailureArn).toBeUndefined();
    expect(warnings).toMatchObject([{ property: expect.stringContaining('OnFailure') }]);
  });

  it.each([
    ['!Ref GreetRole', /^demo-GreetRole-/],
    ['!GetAtt GreetRole.Arn', /^arn:aws:iam::123456789012:role\/demo-GreetRole-/],
    ['!Ref Greet.Version', /:function:demo-Greet-[A-Z0-9]{12}:1$/],
    ['!Ref Greet.Alias', /:function:demo-Greet-[A-Z0-9]{12}:live$/],
    ['!Sub "${Greet.Alias}"', /:live$/],
    ['!Ref GreetAliaslive', /:live$/],
    ['!Ref GreetVersion0123456789', /:1$/],
    ['!GetAtt GreetVersion0123456789.Version', /^1$/],
  ])('resolves what SAM generates: %s', (value, expected) => {
    const template = functionTemplate(
      'AutoPublishAlias: live',
      '',
      `Outputs: { Result: { Value: ${value} } }`,
    );
    expect(loadText(template).outputs.Result).toMatch(expected);
  });
});

describe('the model of a function', () => {
  it('has its aliases and versions', () => {
    const { qualifiers } = only(
      functionTemplate(
        'AutoPublishAlias: live',
        'Other:\n  Type: AWS::Lambda::Alias\n  Properties: { FunctionName: !Ref Greet, FunctionVersion: "1", Name: other }',
      ),
    );
    expect(qualifiers).toEqual({ live: '1', other: '1', '1': '1' });
    expect(only(functionTemplate('', '')).qualifiers).toBeUndefined();
  });

  it('has every Function URL', () => {
    const url =
      'Type: AWS::Lambda::Url\n  Properties: { AuthType: NONE, TargetFunctionArn: !Ref Greet';
    const { functionUrls, arn } = only(
      functionTemplate('', `First:\n  ${url} }\nSecond:\n  ${url}, Qualifier: live }`),
    );
    expect(functionUrls).toMatchObject([
      { logicalId: 'First', functionArn: arn },
      { logicalId: 'Second', functionArn: `${arn}:live` },
    ]);
  });

  it('has its isolation by tenant', () => {
    const isolated = functionTemplate('TenancyConfig: { TenantIsolationMode: PER_TENANT }', '');
    expect(only(isolated).isIsolatedByTenant).toBe(true);
    expect(only(functionTemplate('', '')).isIsolatedByTenant).toBeUndefined();
  });

  it('has the levels of its logs, with LogFormat JSON only', () => {
    const levels = 'SystemLogLevel: WARN, ApplicationLogLevel: DEBUG';
    const { logging } = only(functionTemplate(`LoggingConfig: { LogFormat: JSON, ${levels} }`, ''));
    expect(logging).toMatchObject({ systemLevel: 'WARN', applicationLevel: 'DEBUG' });
    expect(() => loadText(functionTemplate(`LoggingConfig: { ${levels} }`, ''))).toThrow(
      /SystemLogLevel.*LogFormat: JSON/s,
    );
  });
});
