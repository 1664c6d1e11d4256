/**
 * The properties of the `AWS::Serverless::*` types in SAM translator 1.115
 * (https://github.com/aws/serverless-application-model, internal/schema_source).
 */
import type { PropertyList } from './property-list.ts';

export const serverlessFunction: PropertyList = {
  used: [
    'Tracing',
    'Role',
    'Policies',
    'PermissionsBoundary',
    'Architectures',
    'AutoPublishAlias',
    'CodeUri',
    'DeadLetterQueue',
    'Environment',
    'EventInvokeConfig',
    'Events',
    'FunctionName',
    'FunctionUrlConfig',
    'Handler',
    'ImageConfig',
    'ImageUri',
    'InlineCode',
    'Layers',
    'LoggingConfig',
    'MemorySize',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Runtime',
    'TenancyConfig',
    'Timeout',
  ],
  harmless: [
    'AssumeRolePolicyDocument',
    'AutoPublishAliasAllProperties',
    'AutoPublishCodeSha256',
    'CodeSigningConfigArn',
    'DeploymentPreference',
    'Description',
    'FunctionScalingConfig',
    'KmsKeyArn',
    'PropagateTags',
    'PublishToLatestPublished',
    'RolePath',
    'RuntimeManagementConfig',
    'SourceKMSKeyArn',
    'Tags',
    'VersionDeletionPolicy',
    'VersionDescription',
  ],
  notEmulated: {
    SnapStart: 'there are no snapshots: every execution environment runs its init phase',
    RecursiveLoop: 'loops are not detected',
    ProvisionedConcurrencyConfig: 'execution environments start with the invocations',
    EphemeralStorage: '/tmp is this machine’s, of any size',
    CapacityProviderConfig: 'the function runs as an ordinary one, one invocation at a time',
    DurableConfig: 'the function runs as an ordinary one, without durable executions',
    FileSystemConfigs: 'no file system is mounted',
    VpcConfig: 'the function runs in the network of this machine',
  },
};

export const serverlessLayerVersion: PropertyList = {
  used: ['ContentUri', 'LayerName'],
  harmless: [
    'CompatibleArchitectures',
    'CompatibleRuntimes',
    'Description',
    'LicenseInfo',
    'PublishLambdaVersion',
    'RetentionPolicy',
  ],
};

export const serverlessSimpleTable: PropertyList = {
  used: ['PrimaryKey', 'TableName'],
  harmless: ['PointInTimeRecoverySpecification', 'SSESpecification', 'Tags'],
  notEmulated: {
    ProvisionedThroughput:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
  },
};

const domain = 'the API is only served at its own local address';

export const serverlessHttpApi: PropertyList = {
  used: [
    'AccessLogSettings',
    'Auth',
    'CorsConfiguration',
    'DefinitionBody',
    'DefinitionUri',
    'DisableExecuteApiEndpoint',
    'DefaultRouteSettings',
    'Name',
    'RouteSettings',
    'StageName',
    'StageVariables',
  ],
  harmless: ['Description', 'FailOnWarnings', 'PropagateTags', 'Tags'],
  notEmulated: {
    Domain: domain,
  },
};

export const serverlessApi: PropertyList = {
  used: [
    'AccessLogSetting',
    'ApiKeySourceType',
    'Auth',
    'BinaryMediaTypes',
    'Cors',
    'DefinitionBody',
    'DefinitionUri',
    'DisableExecuteApiEndpoint',
    'GatewayResponses',
    'MethodSettings',
    'Models',
    'Name',
    'StageName',
    'Variables',
  ],
  harmless: [
    'AlwaysDeploy',
    'CacheClusterSize',
    'Description',
    'EndpointAccessMode',
    'EndpointConfiguration',
    'FailOnWarnings',
    'Mode',
    'OpenApiVersion',
    'PropagateTags',
    'SecurityPolicy',
    'Tags',
  ],
  notEmulated: {
    TracingEnabled: 'the API adds no segments to traces',
    Policy: 'everyone on this machine may call the API',
    MinimumCompressionSize: 'responses are not compressed',
    MergeDefinitions: 'routes of events are added to the definition without merging their settings',
    CacheClusterEnabled: 'responses are not cached',
    CanarySetting: 'there is one deployment',
    Domain: domain,
  },
};

/** The properties of an item of `GatewayResponses`. */
export const serverlessGatewayResponse: PropertyList = {
  used: ['ResponseParameters', 'ResponseTemplates', 'StatusCode'],
};

/** The properties of `AWS::ApiGateway::GatewayResponse`. */
export const gatewayResponse: PropertyList = {
  used: ['ResponseParameters', 'ResponseTemplates', 'ResponseType', 'RestApiId', 'StatusCode'],
};

export const serverlessWebSocketApi: PropertyList = {
  used: [
    'AccessLogSettings',
    'Auth',
    'DefaultRouteSettings',
    'DisableExecuteApiEndpoint',
    'Name',
    'RouteSelectionExpression',
    'RouteSettings',
    'Routes',
    'StageName',
    'StageVariables',
  ],
  harmless: [
    'ApiKeySelectionExpression',
    'Description',
    'DisableSchemaValidation',
    'FailOnWarnings',
    'IpAddressType',
    'PropagateTags',
    'Tags',
  ],
  notEmulated: {
    Domain: domain,
  },
};

export const webSocketApiRoute: PropertyList = {
  used: ['FunctionArn', 'IntegrationTimeout', 'RouteResponseSelectionExpression'],
  harmless: ['ModelSelectionExpression', 'OperationName'],
  notEmulated: {
    ApiKeyRequired: 'API keys are not required',
    RequestModels: 'requests are not validated',
    RequestParameters: 'requests are not validated',
  },
};

export const webSocketApiAuth: PropertyList = {
  used: ['AuthArn', 'AuthType', 'IdentitySource', 'InvokeRole', 'Name'],
};

export const httpApiAuth: PropertyList = {
  used: ['Authorizers', 'DefaultAuthorizer', 'EnableIamAuthorizer'],
};

export const restApiAuth: PropertyList = {
  used: [
    'AddApiKeyRequiredToCorsPreflight',
    'AddDefaultAuthorizerToCorsPreflight',
    'ApiKeyRequired',
    'Authorizers',
    'DefaultAuthorizer',
    'UsagePlan',
  ],
  harmless: ['InvokeRole'],
  notEmulated: { ResourcePolicy: 'everyone on this machine may call the API' },
};

/** The properties of a function's events of the types `HttpApi` and `Api`. */
export const httpApiEvent: PropertyList = {
  used: ['ApiId', 'Auth', 'Method', 'Path', 'PayloadFormatVersion', 'TimeoutInMillis'],
  harmless: [],
  notEmulated: { RouteSettings: 'the throttles of an event’s route are not applied' },
};

export const apiEvent: PropertyList = {
  used: [
    'Auth',
    'Method',
    'Path',
    'RequestModel',
    'RequestParameters',
    'RestApiId',
    'TimeoutInMillis',
  ],
  notEmulated: { ResponseTransferMode: 'responses are not streamed' },
};

/** The properties that a resource of a type may take from `Globals`. */
export const globalsProperties: Readonly<Record<string, readonly string[]>> = {
  Function: [
    'Architectures',
    'AssumeRolePolicyDocument',
    'AutoPublishAlias',
    'AutoPublishAliasAllProperties',
    'CapacityProviderConfig',
    'CodeSigningConfigArn',
    'CodeUri',
    'DeadLetterQueue',
    'DeploymentPreference',
    'Description',
    'DurableConfig',
    'Environment',
    'EphemeralStorage',
    'EventInvokeConfig',
    'FileSystemConfigs',
    'FunctionScalingConfig',
    'FunctionUrlConfig',
    'Handler',
    'KmsKeyArn',
    'Layers',
    'LoggingConfig',
    'MemorySize',
    'PermissionsBoundary',
    'PropagateTags',
    'ProvisionedConcurrencyConfig',
    'PublishToLatestPublished',
    'RecursiveLoop',
    'ReservedConcurrentExecutions',
    'RolePath',
    'Runtime',
    'RuntimeManagementConfig',
    'SnapStart',
    'SourceKMSKeyArn',
    'Tags',
    'TenancyConfig',
    'Timeout',
    'Tracing',
    'VersionDeletionPolicy',
    'VpcConfig',
  ],
  Api: [
    'AccessLogSetting',
    'AlwaysDeploy',
    'Auth',
    'BinaryMediaTypes',
    'CacheClusterEnabled',
    'CacheClusterSize',
    'CanarySetting',
    'Cors',
    'DefinitionUri',
    'Domain',
    'EndpointAccessMode',
    'EndpointConfiguration',
    'GatewayResponses',
    'MergeDefinitions',
    'MethodSettings',
    'MinimumCompressionSize',
    'Name',
    'OpenApiVersion',
    'PropagateTags',
    'SecurityPolicy',
    'TracingEnabled',
    'Variables',
  ],
  HttpApi: [
    'AccessLogSettings',
    'Auth',
    'CorsConfiguration',
    'DefaultRouteSettings',
    'Domain',
    'FailOnWarnings',
    'PropagateTags',
    'RouteSettings',
    'StageVariables',
    'Tags',
  ],
  WebSocketApi: [
    'AccessLogSettings',
    'ApiKeySelectionExpression',
    'DefaultRouteSettings',
    'DisableExecuteApiEndpoint',
    'DisableSchemaValidation',
    'Domain',
    'FailOnWarnings',
    'IpAddressType',
    'PropagateTags',
    'RouteSelectionExpression',
    'RouteSettings',
    'StageVariables',
    'Tags',
  ],
  SimpleTable: ['SSESpecification'],
  StateMachine: ['PropagateTags'],
  LayerVersion: ['PublishLambdaVersion'],
  CapacityProvider: [
    'InstanceRequirements',
    'KmsKeyArn',
    'OperatorRole',
    'PropagateTags',
    'ScalingConfig',
    'Tags',
    'VpcConfig',
  ],
};
