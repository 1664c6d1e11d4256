import { join } from 'node:path';
import { TemplateError } from './errors.ts';
import { loadStack } from './load-stack.ts';
import { functionTemplate, loadText, problemsOf } from './testing/load-text.ts';

const resource = (type: string, properties: string): string => `Resources:
  Thing:
    Type: ${type}
    Properties: ${properties}
`;

describe('loadStack', () => {
  it('reads the same stack from JSON', () => {
    const stack = loadText('{"Resources": {"Jobs": {"Type": "AWS::SQS::Queue"}}}');
    expect(stack.queues).toMatchObject([{ logicalId: 'Jobs' }]);
  });

  it('reports a missing template', () => {
    const load = (): unknown =>
      loadStack({
        templatePath: join('/nowhere', 'template.yaml'),
        stackName: 'demo',
        region: 'eu-west-1',
        parameterOverrides: {},
      });
    expect(load).toThrow(TemplateError);
    expect(load).toThrow('/nowhere/template.yaml: cannot read the template: no such file');
  });

  it('reports all problems at once, each with its line, column, resource and property', () => {
    const template = functionTemplate(
      'MemorySize: lots\nTimeout: 901',
      'Jobs:\n  Type: AWS::SQS::Queue\n  Properties: { DelaySeconds: -1 }',
    );
    expect(problemsOf(template)).toEqual([
      'template.yaml:9:7 Resources.Greet.Properties.MemorySize: expected a number of MB between 128 and 10240, got "lots"',
      'template.yaml:10:7 Resources.Greet.Properties.Timeout: expected a number of seconds between 1 and 900, got 901',
      'template.yaml:13:19 Resources.Jobs.Properties.DelaySeconds: expected a number of seconds between 0 and 900, got -1',
    ]);
  });

  it('reports each reference to an unknown name once, and then further problems', () => {
    const template = functionTemplate(
      'Timeout: 901\nEnvironment: { Variables: { A: !Ref Tabel, B: !Sub "${Tabel.Arn}" } }',
      'Table: { Type: AWS::Serverless::SimpleTable }',
      'Outputs: { Table: { Value: !Ref Tabel } }',
    );
    expect(problemsOf(template)).toEqual([
      expect.stringContaining('Timeout: expected a number of seconds between 1 and 900, got 901'),
      expect.stringContaining('there is no parameter or resource `Tabel`; did you mean `Table`?'),
      expect.stringContaining('there is no resource `Tabel`; did you mean `Table`?'),
      expect.stringContaining('Outputs.Table.Value.Ref: there is no parameter or resource `Tabel`'),
    ]);
  });

  it('has the parts of each problem, for programs', () => {
    let thrown: unknown;
    try {
      loadText(functionTemplate('MemorySize: lots'));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      problems: [{ line: 9, column: 7, resource: 'Greet', property: 'MemorySize' }],
    });
  });

  it('has the position in Globals for a value that comes from there', () => {
    const globals = 'Globals:\n  Function:\n    Timeout: 1000';
    expect(problemsOf(functionTemplate('', '', globals))).toEqual([
      'template.yaml:13:5 Resources.Greet.Properties.Timeout: expected a number of seconds between 1 and 900, got 1000',
    ]);
  });

  it.each([
    ['just text', 'expected a template with Resources, got "just text"'],
    ['Resource: {}', 'unknown section of a template; did you mean `Resources`?'],
    ['Description: empty', 'Resources: expected at least one resource, got nothing'],
    ['Resources: { A: text }', 'expected a resource with a Type, got "text"'],
    ['Resources: { A: { Properties: {} } }', 'A.Type: expected a resource type, got nothing'],
    ['Resources: { A-b: { Type: AWS::SQS::Queue } }', 'a logical id has letters and digits only'],
    [
      'Resources: { A: { Type: AWS::SQS::Queue, Propertes: {} } }',
      'unknown attribute of a resource; did you mean `Properties`?',
    ],
    [
      'Resources: { A: { Type: AWS::Serverless::SimpleTable } }',
      'expected `Transform: AWS::Serverless-2016-10-31`, which AWS::Serverless::* needs',
    ],
    [
      'Resources: { A: { Type: AWS::SQS::Queue, DependsOn: B } }',
      'template.yaml:1:42 Resources.A.DependsOn: there is no resource `B`',
    ],
    [
      'Resources: { A: { Type: AWS::SQS::Queue, Condition: B } }',
      'Resources.A.Condition: there is no condition `B`',
    ],
    [
      'Conditions: { A: !Not [!Condition B], B: !Not [!Condition A] }\nResources: { Q: { Type: AWS::SQS::Queue } }',
      'circular condition: A → B → A',
    ],
    [
      'Conditions: { A: !Equal [a, b] }\nResources: { Q: { Type: AWS::SQS::Queue } }',
      'Conditions.A: expected a condition (Fn::Equals',
    ],
    [
      'Conditions: { A: !Equals [a] }\nResources: { Q: { Type: AWS::SQS::Queue } }',
      'expected a list of 2 items, got ["a"]',
    ],
    [
      resource('AWS::SQS::Queue', '{ QueueName: !Ref Nothing }'),
      'template.yaml:4:19 Resources.Thing.Properties.QueueName.Ref: there is no parameter or resource `Nothing`',
    ],
    [
      resource('AWS::SQS::Queue', '{ QueueName: !Sub "${AWS::StackNam}-x" }'),
      'did you mean `AWS::StackName`?',
    ],
    [
      resource('AWS::SQS::Queue', '{ QueueName: !GetAtt Thin.Arn }'),
      'there is no resource `Thin`; did you mean `Thing`?',
    ],
    [
      resource('AWS::SQS::Queue', '{ QueueName: !If [Prod, a, b] }'),
      'there is no condition `Prod`',
    ],
    [
      resource('AWS::SQS::Queue', '{ QueueNme: a }'),
      'unknown property `QueueNme`; did you mean `QueueName`?',
    ],
    [resource('AWS::SQS::Queue', '[a]'), 'expected a map of properties, got ["a"]'],
    [resource('AWS::SQS::Queue', '{ QueueName: [a] }'), 'QueueName: expected text, got ["a"]'],
    [
      resource('AWS::SQS::Queue', '{ FifoQueue: true, QueueName: jobs }'),
      'QueueName: expected a name that ends in .fifo, got "jobs"',
    ],
    [
      resource('AWS::SQS::Queue', '{ RedrivePolicy: { maxReceiveCount: 3 } }'),
      'RedrivePolicy.deadLetterTargetArn: expected the ARN of a queue, but it is missing',
    ],
    [resource('AWS::DynamoDB::Table', '{ TableName: a }'), 'KeySchema is missing'],
    [
      resource(
        'AWS::DynamoDB::Table',
        '{ AttributeDefinitions: [{ AttributeName: userid, AttributeType: S }], KeySchema: [{ AttributeName: userId, KeyType: HASH }] }',
      ),
      '`userId` is not among the AttributeDefinitions; did you mean `userid`?',
    ],
    [
      resource(
        'AWS::DynamoDB::Table',
        '{ AttributeDefinitions: [{ AttributeName: a, AttributeType: S }, { AttributeName: b, AttributeType: S }], KeySchema: [{ AttributeName: a, KeyType: HASH }] }',
      ),
      '`b` is in no key',
    ],
    [
      'Resources:\n  A: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt B.QueueName } }\n  B: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt C.QueueName } }\n  C: { Type: AWS::SQS::Queue, DependsOn: A }',
      'template.yaml:2:3 Resources.A: circular dependency: A → B → C → A',
    ],
    [
      resource('AWS::ApiGatewayV2::Stage', '{ ApiId: elsewhere, StageNam: prod }'),
      'unknown property `StageNam`; did you mean `StageName`?',
    ],
    [functionTemplate('Runtme: nodejs24.x'), 'unknown property `Runtme`; did you mean `Runtime`?'],
    [functionTemplate('Environment: { Variable: {} }'), 'did you mean `Variables`?'],
    [functionTemplate('Environment: { Variables: { A: { B: c } } }'), 'Variables.A: expected text'],
    [functionTemplate('Architectures: [arm]'), 'expected a list of either x86_64 or arm64'],
    [functionTemplate('FunctionUrlConfig: { InvokeMode: STREAM }'), 'AuthType is missing'],
    [
      functionTemplate('FunctionUrlConfig: { AuthType: IAM }'),
      'expected one of NONE, AWS_IAM, got "IAM"',
    ],
    [functionTemplate('EventInvokeConfig: { MaximumRetryAttempts: 3 }'), 'between 0 and 2, got 3'],
    [functionTemplate('Events: { Hi: { Type: HttpAp } }'), 'did you mean `HttpApi`?'],
    [
      functionTemplate('Events: { Hi: { Type: HttpApi, Properties: { Path: a, Method: get } } }'),
      'a path that starts with /',
    ],
    [
      functionTemplate(
        'Events: { Hi: { Type: HttpApi, Properties: { Path: /a, Method: fetch } } }',
      ),
      'got "fetch"',
    ],
    [
      functionTemplate('Events: { Hi: { Type: HttpApi, Properties: { Pth: /a, Method: get } } }'),
      'did you mean `Path`?',
    ],
    [
      functionTemplate('Events: { Hi: { Type: SQS, Properties: {} } }'),
      'Events.Hi.Properties.Queue: expected an ARN, but it is missing',
    ],
    [
      functionTemplate(
        '',
        'Other:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: a, Handler: a.b, Runtime: node24 }',
      ),
      'expected a Lambda runtime such as nodejs24.x, got "node24"',
    ],
    [
      functionTemplate(
        '',
        'Other:\n  Type: AWS::Serverless::Function\n  Properties: { CodeUri: a, Runtime: nodejs24.x }',
      ),
      'Handler: expected a handler such as index.handler, but it is missing',
    ],
    [functionTemplate('', '', 'Globals: { Func: {} }'), 'did you mean `Function`?'],
    [
      functionTemplate('', '', 'Globals: { Function: { FunctionName: a } }'),
      'not a property that Globals can set',
    ],
    [functionTemplate('', '', 'Outputs: { A: { Valu: b } }'), 'expected an output with a Value'],
    [
      functionTemplate('', '', 'Outputs: { A: { Value: !Ref B } }'),
      'Outputs.A.Value.Ref: there is no parameter or resource `B`',
    ],
  ])('refuses %j', (template, message) => {
    expect(problemsOf(template).join('\n')).toContain(message);
  });

  it('reports a reference to a resource whose condition is false', () => {
    const template = `
Conditions: { Never: !Equals [a, b] }
Resources:
  Jobs: { Type: AWS::SQS::Queue, Condition: Never }
Outputs:
  Url: { Value: !Ref Jobs }
  Guarded: { Condition: Never, Value: !Ref Jobs }
  Other: { Value: !If [Never, !Ref Jobs, none] }
`;
    expect(problemsOf(template)).toEqual([
      'template.yaml:6:10 Outputs.Url.Value.Ref: `Jobs` does not exist, because its condition Never is false',
    ]);
  });

  it('leaves out resources and outputs whose condition is false', () => {
    const stack = loadText(`
Conditions: { Never: !Equals [a, b] }
Resources:
  Jobs: { Type: AWS::SQS::Queue, Condition: Never }
  Mails: { Type: AWS::SQS::Queue, DependsOn: Jobs }
Outputs:
  Guarded: { Condition: Never, Value: !Ref Jobs }
`);
    expect(stack.queues.map(({ logicalId }) => logicalId)).toEqual(['Mails']);
    expect(stack.outputs).toEqual({});
  });

  it('warns about properties that are not emulated, but not about those without effect', () => {
    const { warnings } = loadText(
      functionTemplate(
        'VpcConfig: { SubnetIds: [a] }\nTracing: Active\nTags: { a: b }\nPolicies: [AWSLambdaExecute]\nEvents: { Streamed: { Type: IoTRule, Properties: { Sql: SELECT } } }',
        [
          'Stream: { Type: AWS::Kinesis::Stream }',
          'Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: {} } }',
          'Logs: { Type: AWS::Logs::LogGroup }',
          "Dashboard: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardBody: '{}' } }",
          'Images: { Type: AWS::ECR::Repository }',
        ].join('\n'),
      ),
    );
    expect(warnings).toEqual([
      {
        resource: 'Stream',
        message: expect.stringContaining('AWS::Kinesis::Stream is not emulated'),
      },
      {
        resource: 'Greet',
        property: 'VpcConfig',
        message: 'not emulated: the function runs in the network of this machine',
      },
      {
        resource: 'Greet',
        property: 'Events.Streamed',
        message: expect.stringContaining('events of type IoTRule are not emulated'),
      },
    ]);
  });

  it('leaves out a dashboard without a body, and reports it', () => {
    const { dashboards, warnings } = loadText(
      functionTemplate('', 'Dashboard: { Type: AWS::CloudWatch::Dashboard }'),
    );
    expect(dashboards).toEqual([]);
    expect(warnings).toEqual([
      {
        resource: 'Dashboard',
        property: 'DashboardBody',
        message: 'the dashboard is left out: expected its JSON as text',
      },
    ]);
  });

  it('allows a deployment preference with an alarm on the deployed function', () => {
    const template = functionTemplate(
      'AutoPublishAlias: live\nDeploymentPreference: { Type: AllAtOnce, Alarms: [!Ref Errors] }',
      `Errors:
  Type: AWS::CloudWatch::Alarm
  Properties:
    Namespace: AWS/Lambda
    MetricName: Errors
    Dimensions: [{ Name: FunctionName, Value: !Ref Greet }]
    Statistic: Sum
    Period: 60
    EvaluationPeriods: 1
    ComparisonOperator: GreaterThanThreshold
    Threshold: 0`,
    );
    expect(loadText(template).functions).toMatchObject([{ logicalId: 'Greet' }]);
  });

  it('warns about a repeated key, and uses the last value', () => {
    const { functions, warnings } = loadText(functionTemplate('Timeout: 5\nTimeout: 6'));
    expect(functions).toMatchObject([{ timeoutMs: 6000 }]);
    expect(warnings).toEqual([
      {
        resource: 'Greet',
        property: 'Timeout',
        message: 'the key is given twice; the last one counts',
      },
    ]);
  });

  it('gives resources that are not emulated names in AWS’s form', () => {
    const { outputs } = loadText(`
Resources:
  Bucket: { Type: AWS::S3::Bucket }
  Role: { Type: AWS::IAM::Role, Properties: { RoleName: reader } }
  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
  Pool: { Type: AWS::Cognito::UserPool }
  Repository: { Type: AWS::ECR::Repository, Properties: { RepositoryName: images } }
  Parameter: { Type: AWS::SSM::Parameter, Properties: { Name: /a, Value: b, Type: String } }
Outputs:
  Bucket: { Value: !Ref Bucket }
  BucketArn: { Value: !GetAtt Bucket.Arn }
  RoleArn: { Value: !GetAtt Role.Arn }
  Topic: { Value: !Ref Topic }
  Provider: { Value: !GetAtt Pool.ProviderURL }
  Repository: { Value: !GetAtt Repository.RepositoryUri }
  Parameter: { Value: !GetAtt Parameter.Value }
`);
    expect(outputs).toEqual({
      Bucket: expect.stringMatching(/^demo-bucket-[a-z0-9]{12}$/),
      BucketArn: expect.stringMatching(/^arn:aws:s3:::demo-bucket-[a-z0-9]{12}$/),
      RoleArn: 'arn:aws:iam::123456789012:role/reader',
      Topic: 'arn:aws:sns:ap-northeast-1:123456789012:news',
      Provider: expect.stringMatching(
        /^https:\/\/cognito-idp\.ap-northeast-1\.amazonaws\.com\/ap-northeast-1_[a-z0-9]{9}$/,
      ),
      Repository: '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/images',
      Parameter: 'b',
    });
  });

  it('makes the same ids in each run, and different ids for another stack', () => {
    const outputs = (stackName: string): unknown =>
      loadText(
        functionTemplate(
          'Events: { Any: { Type: HttpApi } }',
          '',
          'Outputs: { Id: { Value: !Ref ServerlessHttpApi } }',
        ),
        { stackName },
      ).outputs;
    expect(outputs('demo')).toEqual(outputs('demo'));
    expect(outputs('demo')).not.toEqual(outputs('other'));
  });
});
