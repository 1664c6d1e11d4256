export {
  method,
  methodIntegration,
  methodIntegrationResponse,
  methodSetting,
  requestValidator,
  resource,
  restApi,
  restAuthorizer,
  restDeployment,
  restModel,
  restStage,
} from './api-gateway.ts';
export {
  accessLog,
  api,
  authorizer,
  integration,
  integrationResponse,
  model,
  route,
  routeResponse,
  routeSettings,
  stage,
} from './api-gateway-v2.ts';
export { checkNames } from './check.ts';
export {
  alarm,
  compositeAlarm,
  dimension,
  metric,
  metricDataQuery,
  metricStat,
} from './cloudwatch.ts';
export { globalTable, queue, secondaryIndex, streamSpecification, table } from './data.ts';
export {
  cors,
  destination,
  destinationConfig,
  environment,
  eventInvokeConfig,
  eventSourceEvent,
  eventSourceMapping,
  imageConfig,
  lambdaFunction,
  lambdaUrl,
  layerVersion,
  loggingConfig,
  tenancyConfig,
} from './lambda.ts';
export { checkPropertyNames } from './of-types.ts';
export type { PropertyList } from './property-list.ts';
export {
  apiEvent,
  gatewayResponse,
  globalsProperties,
  httpApiEvent,
  httpApiAuth,
  restApiAuth,
  serverlessApi,
  serverlessFunction,
  serverlessGatewayResponse,
  serverlessHttpApi,
  serverlessLayerVersion,
  serverlessSimpleTable,
  serverlessWebSocketApi,
  webSocketApiAuth,
  webSocketApiRoute,
} from './serverless.ts';
export {
  bucket,
  bucketNotifications,
  eventBus,
  pushedEvents,
  rule,
  ruleTarget,
  schedule,
  secret,
  ssmParameter,
  subscription,
  topic,
} from './services.ts';
