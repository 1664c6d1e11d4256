/** The properties of the `AWS::ApiGateway::*` types of REST APIs in CloudFormation's schemas. */
import type { PropertyList } from './property-list.ts';

export const restApi: PropertyList = {
  used: ['ApiKeySourceType', 'BinaryMediaTypes', 'Body', 'DisableExecuteApiEndpoint', 'Name'],
  harmless: [
    'Description',
    'EndpointAccessMode',
    'EndpointConfiguration',
    'FailOnWarnings',
    'Mode',
    'Parameters',
    'SecurityPolicy',
    'Tags',
    'Version',
  ],
  notEmulated: {
    BodyS3Location: 'its routes are missing',
    CloneFrom: 'the routes of the other API are missing',
    MinimumCompressionSize: 'responses are not compressed',
    Policy: 'everyone on this machine may call the API',
  },
};

export const resource: PropertyList = { used: ['ParentId', 'PathPart', 'RestApiId'] };

export const method: PropertyList = {
  used: [
    'ApiKeyRequired',
    'AuthorizationScopes',
    'AuthorizationType',
    'AuthorizerId',
    'HttpMethod',
    'Integration',
    'RequestModels',
    'RequestParameters',
    'RequestValidatorId',
    'ResourceId',
    'RestApiId',
  ],
  harmless: ['MethodResponses', 'OperationName'],
};

export const methodIntegration: PropertyList = {
  used: [
    'ContentHandling',
    'Credentials',
    'IntegrationHttpMethod',
    'IntegrationResponses',
    'PassthroughBehavior',
    'RequestParameters',
    'RequestTemplates',
    'TimeoutInMillis',
    'Type',
    'Uri',
  ],
  harmless: ['CacheKeyParameters', 'CacheNamespace', 'ConnectionType'],
  notEmulated: {
    ConnectionId: 'there are no VPC links',
    IntegrationTarget: 'there are no VPC links',
    ResponseTransferMode: 'responses are not streamed',
  },
};

export const methodIntegrationResponse: PropertyList = {
  used: [
    'ContentHandling',
    'ResponseParameters',
    'ResponseTemplates',
    'SelectionPattern',
    'StatusCode',
  ],
};

export const restStage: PropertyList = {
  used: [
    'AccessLogSetting',
    'DeploymentId',
    'MethodSettings',
    'RestApiId',
    'StageName',
    'Variables',
  ],
  harmless: [
    'CacheClusterSize',
    'ClientCertificateId',
    'Description',
    'DocumentationVersion',
    'Tags',
  ],
  notEmulated: {
    CacheClusterEnabled: 'responses are not cached',
    CanarySetting: 'there is one deployment',
    TracingEnabled: 'the API adds no segments to traces',
  },
};

/** The properties of an item of `MethodSettings`, in a stage and in an `AWS::Serverless::Api`. */
export const methodSetting: PropertyList = {
  used: ['HttpMethod', 'ResourcePath', 'ThrottlingBurstLimit', 'ThrottlingRateLimit'],
  harmless: ['CacheDataEncrypted', 'CacheTtlInSeconds', 'MetricsEnabled'],
  notEmulated: {
    CachingEnabled: 'responses are not cached',
    DataTraceEnabled: 'execution logs are not written',
    LoggingLevel: 'execution logs are not written',
  },
};

export const restDeployment: PropertyList = {
  used: ['RestApiId', 'StageName'],
  harmless: ['Description'],
  notEmulated: {
    DeploymentCanarySettings: 'there is one deployment',
    StageDescription: 'the stage has no settings: give it an AWS::ApiGateway::Stage',
  },
};

export const restAuthorizer: PropertyList = {
  used: [
    'AuthorizerCredentials',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerUri',
    'IdentitySource',
    'IdentityValidationExpression',
    'Name',
    'ProviderARNs',
    'RestApiId',
    'Type',
  ],
  harmless: ['AuthType'],
};

export const restModel: PropertyList = {
  used: ['Name', 'RestApiId', 'Schema'],
  harmless: ['ContentType', 'Description'],
};

export const requestValidator: PropertyList = {
  used: ['RestApiId', 'ValidateRequestBody', 'ValidateRequestParameters'],
  harmless: ['Name'],
};

export const apiKey: PropertyList = {
  used: ['Enabled', 'Value'],
  harmless: ['CustomerId', 'Description', 'GenerateDistinctId', 'Name', 'StageKeys', 'Tags'],
};

export const usagePlan: PropertyList = {
  used: ['ApiStages', 'Quota', 'Throttle'],
  harmless: ['Description', 'Tags', 'UsagePlanName'],
};

export const usagePlanKey: PropertyList = { used: ['KeyId', 'UsagePlanId'], harmless: ['KeyType'] };
