/** Properties of the `AWS::ApiGatewayV2::*` types, as CloudFormation's schemas have them. */
import type { PropertyList } from './property-list.ts';

export const api: PropertyList = {
  used: [
    'Body',
    'CorsConfiguration',
    'Name',
    'ProtocolType',
    'RouteKey',
    'RouteSelectionExpression',
    'Target',
  ],
  harmless: [
    'ApiKeySelectionExpression',
    'BasePath',
    'CredentialsArn',
    'Description',
    'DisableExecuteApiEndpoint',
    'DisableSchemaValidation',
    'FailOnWarnings',
    'IpAddressType',
    'Tags',
    'Version',
  ],
  notEmulated: { BodyS3Location: 'its routes are missing' },
};

export const route: PropertyList = {
  used: [
    'ApiId',
    'AuthorizationScopes',
    'AuthorizationType',
    'AuthorizerId',
    'RouteKey',
    'RouteResponseSelectionExpression',
    'Target',
  ],
  harmless: ['ModelSelectionExpression', 'OperationName'],
  notEmulated: {
    ApiKeyRequired: 'API keys are not asked for',
    RequestModels: 'requests are not validated',
    RequestParameters: 'requests are not validated',
  },
};

export const integration: PropertyList = {
  used: ['ApiId', 'IntegrationType', 'IntegrationUri', 'PayloadFormatVersion', 'TimeoutInMillis'],
  harmless: [
    'ConnectionId',
    'ConnectionType',
    'ContentHandlingStrategy',
    'CredentialsArn',
    'Description',
    'IntegrationMethod',
    'IntegrationSubtype',
    'PassthroughBehavior',
    'TlsConfig',
  ],
  notEmulated: {
    RequestParameters: 'requests are not mapped',
    RequestTemplates: 'requests are not mapped',
    ResponseParameters: 'responses are not mapped',
    TemplateSelectionExpression: 'requests are not mapped',
  },
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
  harmless: ['DataTraceEnabled', 'DetailedMetricsEnabled', 'LoggingLevel'],
};

export const routeResponse: PropertyList = {
  used: ['ApiId', 'RouteId', 'RouteResponseKey'],
  harmless: ['ModelSelectionExpression', 'ResponseModels', 'ResponseParameters'],
};

export const integrationResponse: PropertyList = {
  used: [],
  harmless: [
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
