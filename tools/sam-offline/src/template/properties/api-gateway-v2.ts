/** Properties of the `AWS::ApiGatewayV2::*` types, as CloudFormation's schemas have them. */
import type { PropertyList } from './property-list.ts';

export const api: PropertyList = {
  used: [
    'CredentialsArn',
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
    'Description',
    'DisableSchemaValidation',
    'FailOnWarnings',
    'IpAddressType',
    'Tags',
    'Version',
  ],
  notEmulated: {
    DisableExecuteApiEndpoint: 'the API is served under its own address all the same',
    BodyS3Location: 'its routes are missing',
  },
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
  used: [
    'CredentialsArn',
    'ApiId',
    'IntegrationType',
    'IntegrationUri',
    'PayloadFormatVersion',
    'TimeoutInMillis',
  ],
  harmless: [
    'ConnectionType',
    'Description',
    'IntegrationMethod',
    'PassthroughBehavior',
    'TlsConfig',
  ],
  notEmulated: {
    IntegrationSubtype: 'no AWS service is called',
    ContentHandlingStrategy: 'bodies are not converted',
    ConnectionId: 'there are no VPC links',
    RequestParameters: 'requests are not mapped',
    RequestTemplates: 'requests are not mapped',
    ResponseParameters: 'responses are not mapped',
    TemplateSelectionExpression: 'requests are not mapped',
  },
};

/** An integration with a service. Its role is not checked, and its call ends soon or not at all. */
export const serviceIntegration: PropertyList = {
  used: ['ApiId', 'IntegrationSubtype', 'IntegrationType', 'RequestParameters'],
  harmless: [
    'ConnectionType',
    'CredentialsArn',
    'Description',
    'PayloadFormatVersion',
    'TimeoutInMillis',
  ],
  notEmulated: { ResponseParameters: 'responses are not mapped' },
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
  used: [],
  harmless: ['ApiId', 'IntegrationId', 'IntegrationResponseKey'],
  notEmulated: {
    TemplateSelectionExpression: 'integration responses are not applied',
    ResponseTemplates: 'integration responses are not applied',
    ResponseParameters: 'integration responses are not applied',
    ContentHandlingStrategy: 'integration responses are not applied',
  },
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
