import { loadText, problemsOf } from '../testing/load-text.ts';

const greet = (properties: string): string => `
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: 'exports.handler = async () => null;'
      Handler: index.handler
      Runtime: nodejs24.x
      ${properties}`;

const api = (type: string, properties: string): string => `
  Shop:
    Type: AWS::Serverless::${type}
    Properties: { ${properties} }`;

/** Makes a template whose only output refers to an id. */
const referringTo = (id: string, resources: string, sections = ''): string =>
  `Transform: AWS::Serverless-2016-10-31
Resources:${resources}
Outputs: { Id: { Value: !Ref ${id} } }
${sections}`;

/** Gives the value of `Ref` for an id. */
const valueOf = (id: string, resources: string, sections = ''): string | undefined =>
  loadText(referringTo(id, resources, sections)).outputs.Id;

const published = 'AutoPublishAlias: to-day_1';

describe('an id that SAM generates', () => {
  it.each([
    ['GreetRole', ''],
    ['GreetVersion0123456789', published],
    ['Greet.Version', published],
    ['GreetAliastoDdayU1', published],
    ['GreetDeploymentGroup', `DeploymentPreference: { Type: AllAtOnce }\n      ${published}`],
    ['ServerlessDeploymentApplication', `DeploymentPreference: { Type: X }\n      ${published}`],
    ['CodeDeployServiceRole', `DeploymentPreference: { Type: AllAtOnce }\n      ${published}`],
    ['GreetUrl', 'FunctionUrlConfig: { AuthType: NONE }'],
    ['GreetURLInvokeAllowPublicAccess', 'FunctionUrlConfig: { AuthType: NONE }'],
    ['GreetEventInvokeConfig', 'EventInvokeConfig: { MaximumRetryAttempts: 1 }'],
    [
      'Greet.DestinationQueue',
      'EventInvokeConfig: { DestinationConfig: { OnFailure: { Type: SQS } } }',
    ],
    [
      'GreetEventInvokeConfigOnSuccessTopic',
      'EventInvokeConfig: { DestinationConfig: { OnSuccess: { Type: SNS } } }',
    ],
    ['GreetTick', 'Events: { Tick: { Type: Schedule, Properties: { Schedule: rate(1 day) } } }'],
    [
      'GreetTickQueuePolicy',
      'Events: { Tick: { Type: Schedule, Properties: { Schedule: rate(1 day), DeadLetterConfig: { Type: SQS } } } }',
    ],
    [
      'Dead',
      'Events: { Tick: { Type: Schedule, Properties: { Schedule: rate(1 day), DeadLetterConfig: { Type: SQS, QueueLogicalId: Dead } } } }',
    ],
    [
      'GreetTickRole',
      'Events: { Tick: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } } }',
    ],
    [
      'GreetLogs',
      'Events: { Logs: { Type: CloudWatchLogs, Properties: { LogGroupName: a, FilterPattern: "" } } }',
    ],
    [
      'GreetCognitoPermission',
      'Events: { User: { Type: Cognito, Properties: { UserPool: a, Trigger: PreSignUp } } }',
    ],
    ['GreetThings', 'Events: { Things: { Type: IoTRule, Properties: { Sql: SELECT } } }'],
    [
      'GreetNewsEventSourceMapping',
      'Events: { News: { Type: SNS, Properties: { Topic: a, SqsSubscription: true } } }',
    ],
    [
      'GreetWebPermissionProd',
      'Events: { Web: { Type: Api, Properties: { Path: /, Method: GET } } }',
    ],
    [
      'ServerlessRestApiDeployment0123456789',
      'Events: { Web: { Type: Api, Properties: { Path: /, Method: GET } } }',
    ],
  ])('%s refers to a resource of a function', (id, properties) => {
    expect(valueOf(id, greet(properties))).toMatch(/./);
  });

  it.each([
    ['ShopProdStage', 'Api', 'StageName: Prod'],
    ['Shop.Deployment', 'Api', 'StageName: Prod'],
    ['ShopStage', 'Api', 'StageName: !Ref Stage'],
    ['Shop.UsagePlan', 'Api', 'StageName: a, Auth: { UsagePlan: { CreateUsagePlan: PER_API } }'],
    ['ShopApiKey', 'Api', 'StageName: a, Auth: { UsagePlan: { CreateUsagePlan: PER_API } }'],
    [
      'ServerlessUsagePlanKey',
      'Api',
      'StageName: a, Auth: { UsagePlan: { CreateUsagePlan: SHARED } }',
    ],
    [
      'ShopGuardAuthorizerPermission',
      'Api',
      'StageName: a, Auth: { Authorizers: { Guard: { FunctionArn: arn:aws:lambda:eu-west-1:123456789012:function:f } } }',
    ],
    [
      'ApiGatewayDomainNameV2caaf24ab1a',
      'HttpApi',
      'Domain: { DomainName: example.com, CertificateArn: a }',
    ],
    ['ShopApiMapping', 'HttpApi', 'Domain: { DomainName: example.com, CertificateArn: a }'],
    [
      'ShopgetBasePathMapping',
      'Api',
      'StageName: a, Domain: { DomainName: example.com, CertificateArn: a, BasePath: [/get] }',
    ],
    [
      'RecordSetGroupb9f56d0fea',
      'Api',
      'StageName: a, Domain: { DomainName: example.com, CertificateArn: a, Route53: { HostedZoneId: Z1 } }',
    ],
  ])('%s refers to a resource of an API', (id, type, properties) => {
    expect(
      valueOf(id, api(type, properties), 'Parameters: { Stage: { Type: String, Default: a } }'),
    ).toMatch(/./);
  });

  it('of a domain name gives the name', () => {
    const domain = 'DomainName: api.example.com, CertificateArn: a';
    expect(valueOf('Shop.DomainName', api('HttpApi', `Domain: { ${domain} }`))).toBe(
      'api.example.com',
    );
  });

  it('of a connector refers to its policies', () => {
    const connected = greet('').replace(
      'Properties:',
      'Connectors: { Reads: { Properties: { Destination: [{ Id: A }, { Id: B }], Permissions: [Read] } } }\n    Properties:',
    );
    expect(valueOf('GreetReadsPolicyDestination1', connected)).toMatch(/./);
    expect(problemsOf(referringTo('GreetReadsPolicyDestination2', connected))).toHaveLength(1);
  });

  it('can be used in the branch that does not apply', () => {
    const conditions = 'Conditions: { Own: !Equals [a, a] }';
    const role = greet('Role: !If [Own, arn:aws:iam::123456789012:role/own, !Ref AWS::NoValue]');
    expect(problemsOf(referringTo('GreetRole', role, conditions))).toEqual([]);
  });

  it('that no resource generates is rejected', () => {
    expect(problemsOf(referringTo('GreetAliaslive', greet('')))).toEqual([
      expect.stringContaining('there is no parameter or resource `GreetAliaslive`'),
    ]);
    expect(problemsOf(referringTo('ShopUsagePlan', api('Api', 'StageName: Prod')))).toHaveLength(1);
  });
});

describe('a circular dependency', () => {
  const usingApi = greet('Environment: { Variables: { API: !Ref Shop } }');

  it.each([
    ['a stage variable', 'Api', 'StageName: Prod, Variables: { name: !Ref Greet }'],
    ['a stage variable of an HTTP API', 'HttpApi', 'StageVariables: { name: !Ref Greet }'],
    ['the usage plan', 'Api', 'StageName: Prod, MethodSettings: [{ HttpMethod: !Ref Greet }]'],
  ])('does not exist if only %s names the function', (_what, type, properties) => {
    const { warnings } = loadText(referringTo('Greet', api(type, properties) + usingApi));
    expect(warnings.filter(({ message }) => message.includes('circular'))).toEqual([]);
  });

  it('exists if the API itself names the function', () => {
    const guard = 'StageName: a, Auth: { Authorizers: { G: { FunctionArn: !GetAtt Greet.Arn } } }';
    expect(problemsOf(referringTo('Greet', api('Api', guard) + usingApi))).toEqual([
      expect.stringContaining('circular dependency: Shop → Greet → Shop'),
    ]);
  });

  it('does not exist between a function and the alarms of its deployment', () => {
    const alarm = `
  Errors:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: { AlarmRule: !Sub 'ALARM("\${Greet.Version}")' }`;
    const resources =
      greet(
        `DeploymentPreference: { Type: AllAtOnce, Alarms: [!Ref Errors] }\n      ${published}`,
      ) + alarm;
    expect(problemsOf(referringTo('Greet', resources))).toEqual([]);
  });
});
