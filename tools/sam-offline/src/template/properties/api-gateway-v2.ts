/** Properties of the `AWS::ApiGatewayV2::*` types, as CloudFormation's schemas have them. */
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
  // `RequestParameters` of a route only declare what integrations may map.
  harmless: ['OperationName', 'RequestParameters'],
  notEmulated: { ApiKeyRequired: 'API keys are not asked for' },
};

export const model: PropertyList = {
  used: ['ApiId', 'Name', 'Schema'],
  harmless: ['ContentType', 'Description'],
};

/** Which of them have a meaning depends on the type; `integrations.ts` names those that have none. */
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

/** `AccessLogSettings` of a stage; the REST stage's `AccessLogSetting` has the same properties. */
export const accessLog: PropertyList = {
  used: ['DestinationArn', 'Format'],
};

export const routeSettings: PropertyList = {
  used: ['ThrottlingBurstLimit', 'ThrottlingRateLimit'],
  harmless: ['DetailedMetricsEnabled'],
  notEmulated: {
    LoggingLevel: 'there are no execution logs',
    DataTraceEnabled: 'there are no execution logs',
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
