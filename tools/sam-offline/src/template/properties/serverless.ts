/**
 * Properties of the `AWS::Serverless::*` types, as SAM translator 1.110 knows them
 * (https://github.com/aws/serverless-application-model, internal/schema_source).
 */
import type { PropertyList } from './property-list.ts';

export const serverlessFunction: PropertyList = {
  used: [
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
    'MemorySize',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Runtime',
    'Timeout',
  ],
  harmless: [
    'AssumeRolePolicyDocument',
    'AutoPublishAliasAllProperties',
    'AutoPublishCodeSha256',
    'CodeSigningConfigArn',
    'DeploymentPreference',
    'Description',
    'EphemeralStorage',
    'FunctionScalingConfig',
    'KmsKeyArn',
    'LoggingConfig',
    'PermissionsBoundary',
    'Policies',
    'PropagateTags',
    'ProvisionedConcurrencyConfig',
    'PublishToLatestPublished',
    'RecursiveLoop',
    'Role',
    'RolePath',
    'RuntimeManagementConfig',
    'SnapStart',
    'SourceKMSKeyArn',
    'Tags',
    'Tracing',
    'VersionDeletionPolicy',
    'VersionDescription',
  ],
  notEmulated: {
    CapacityProviderConfig: 'the function runs as an ordinary one, one invocation at a time',
    DurableConfig: 'the function runs as an ordinary one, without durable executions',
    FileSystemConfigs: 'no file system is mounted',
    TenancyConfig: 'execution environments are not kept apart by tenant',
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
  harmless: [
    'PointInTimeRecoverySpecification',
    'ProvisionedThroughput',
    'SSESpecification',
    'Tags',
  ],
};

const domain = 'the API is served under its own address only';

export const serverlessHttpApi: PropertyList = {
  used: [
    'AccessLogSettings',
    'Auth',
    'CorsConfiguration',
    'DefinitionBody',
    'DefinitionUri',
    'DefaultRouteSettings',
    'Name',
    'RouteSettings',
    'StageName',
    'StageVariables',
  ],
  harmless: ['Description', 'DisableExecuteApiEndpoint', 'FailOnWarnings', 'PropagateTags', 'Tags'],
  notEmulated: { Domain: domain },
};

export const serverlessApi: PropertyList = {
  used: [
    'AccessLogSetting',
    'Auth',
    'BinaryMediaTypes',
    'Cors',
    'DefinitionBody',
    'DefinitionUri',
    'GatewayResponses',
    'Name',
    'StageName',
    'Variables',
  ],
  harmless: [
    'AlwaysDeploy',
    'ApiKeySourceType',
    'CacheClusterEnabled',
    'CacheClusterSize',
    'Description',
    'DisableExecuteApiEndpoint',
    'EndpointAccessMode',
    'EndpointConfiguration',
    'FailOnWarnings',
    'MergeDefinitions',
    'MethodSettings',
    'MinimumCompressionSize',
    'Mode',
    'OpenApiVersion',
    'Policy',
    'PropagateTags',
    'SecurityPolicy',
    'Tags',
    'TracingEnabled',
  ],
  notEmulated: {
    CanarySetting: 'there is one deployment',
    Domain: domain,
    Models: 'requests are not validated',
  },
};

/** One of `GatewayResponses`. */
export const serverlessGatewayResponse: PropertyList = {
  used: ['ResponseParameters', 'ResponseTemplates', 'StatusCode'],
};

/** `AWS::ApiGateway::GatewayResponse` */
export const gatewayResponse: PropertyList = {
  used: ['ResponseParameters', 'ResponseTemplates', 'ResponseType', 'RestApiId', 'StatusCode'],
};

export const serverlessWebSocketApi: PropertyList = {
  used: [
    'AccessLogSettings',
    'Auth',
    'DefaultRouteSettings',
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
    'DisableExecuteApiEndpoint',
    'DisableSchemaValidation',
    'FailOnWarnings',
    'IpAddressType',
    'PropagateTags',
    'Tags',
  ],
  notEmulated: { Domain: domain },
};

export const webSocketApiRoute: PropertyList = {
  used: ['FunctionArn', 'IntegrationTimeout', 'RouteResponseSelectionExpression'],
  harmless: ['ModelSelectionExpression', 'OperationName'],
  notEmulated: {
    ApiKeyRequired: 'API keys are not asked for',
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
  used: ['AddDefaultAuthorizerToCorsPreflight', 'Authorizers', 'DefaultAuthorizer'],
  harmless: ['AddApiKeyRequiredToCorsPreflight', 'InvokeRole'],
  notEmulated: {
    ApiKeyRequired: 'API keys are not asked for',
    ResourcePolicy: 'everyone on this machine may call the API',
    UsagePlan: 'there are no quotas and throttles',
  },
};

/** What a resource of a type may take from `Globals`. */
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
