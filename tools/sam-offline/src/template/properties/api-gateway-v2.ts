/** The properties of the `AWS::ApiGatewayV2::*` types in CloudFormation's schemas. */
import type { PropertyList } from './property-list.ts';

export const api: PropertyList = {
  used: [
    'CredentialsArn',
    'Body',
    'CorsConfiguration',
    'DisableExecuteApiEndpoint',
    'Name',
    'ProtocolType',
    'RouteKey',
    'RouteSelectionExpression',
    'Target',
  ],
  harmless: [
    'ApiKeySelectionExpression',
    'BasePath',
    'Description',
    'DisableSchemaValidation',
    'FailOnWarnings',
    'IpAddressType',
    'Tags',
    'Version',
  ],
  notEmulated: {
    BodyS3Location: 'its routes are missing',
  },
};

export const route: PropertyList = {
  used: [
    'ApiId',
    'AuthorizationScopes',
    'AuthorizationType',
    'AuthorizerId',
    'ModelSelectionExpression',
    'RequestModels',
    'RouteKey',
    'RouteResponseSelectionExpression',
    'Target',
  ],
  // `RequestParameters` of a route only declare the parameters that integrations may map.
  harmless: ['OperationName', 'RequestParameters'],
  notEmulated: { ApiKeyRequired: 'API keys are not required' },
};

export const model: PropertyList = {
  used: ['ApiId', 'Name', 'Schema'],
  harmless: ['ContentType', 'Description'],
};

/**
 * The type decides which of them have a meaning. `integrations.ts` warns about those that have
 * none.
 */
export const integration: PropertyList = {
  used: [
    'ApiId',
    'ContentHandlingStrategy',
    'CredentialsArn',
    'IntegrationMethod',
    'IntegrationSubtype',
    'IntegrationType',
    'IntegrationUri',
    'PassthroughBehavior',
    'PayloadFormatVersion',
    'RequestParameters',
    'RequestTemplates',
    'ResponseParameters',
    'TemplateSelectionExpression',
    'TimeoutInMillis',
  ],
  harmless: ['ConnectionType', 'Description', 'TlsConfig'],
  notEmulated: { ConnectionId: 'there are no VPC links' },
};

export const stage: PropertyList = {
  used: [
    'AccessLogSettings',
    'ApiId',
    'DefaultRouteSettings',
    'RouteSettings',
    'StageName',
    'StageVariables',
  ],
  harmless: ['AutoDeploy', 'ClientCertificateId', 'DeploymentId', 'Description', 'Tags'],
};

/** The properties of `AccessLogSettings` of a stage, and of `AccessLogSetting` of a REST stage. */
export const accessLog: PropertyList = {
  used: ['DestinationArn', 'Format'],
};

export const routeSettings: PropertyList = {
  used: ['ThrottlingBurstLimit', 'ThrottlingRateLimit'],
  harmless: ['DetailedMetricsEnabled'],
  notEmulated: {
    LoggingLevel: 'execution logs are not written',
    DataTraceEnabled: 'execution logs are not written',
  },
};

export const routeResponse: PropertyList = {
  used: ['ApiId', 'RouteId', 'RouteResponseKey'],
  harmless: ['ModelSelectionExpression', 'ResponseModels', 'ResponseParameters'],
};

export const integrationResponse: PropertyList = {
  used: [
    'ApiId',
    'ContentHandlingStrategy',
    'IntegrationId',
    'IntegrationResponseKey',
    'ResponseParameters',
    'ResponseTemplates',
    'TemplateSelectionExpression',
  ],
};

export const authorizer: PropertyList = {
  used: [
    'ApiId',
    'AuthorizerCredentialsArn',
    'AuthorizerPayloadFormatVersion',
    'AuthorizerResultTtlInSeconds',
    'AuthorizerType',
    'AuthorizerUri',
    'EnableSimpleResponses',
    'IdentitySource',
    'JwtConfiguration',
    'Name',
  ],
  harmless: ['IdentityValidationExpression'],
};

export const deployment: PropertyList = {
  used: [],
  harmless: ['ApiId', 'Description', 'StageName'],
};
