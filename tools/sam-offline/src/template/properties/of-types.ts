import type { Diagnostics } from '../diagnostics.ts';
import type { JsonObject, Path } from '../json.ts';
import * as apiGateway from './api-gateway.ts';
import * as apiGatewayV2 from './api-gateway-v2.ts';
import { checkNames } from './check.ts';
import * as cloudWatch from './cloudwatch.ts';
import * as data from './data.ts';
import * as iam from './iam.ts';
import * as lambda from './lambda.ts';
import type { PropertyList } from './property-list.ts';
import * as serverless from './serverless.ts';
import * as services from './services.ts';

/**
 * The property lists of all supported types. `properties.spec.ts` compares them with AWS's schemas.
 */
export const ofTypes: Readonly<Record<string, PropertyList>> = {
  'AWS::ApiGateway::ApiKey': apiGateway.apiKey,
  'AWS::ApiGateway::Authorizer': apiGateway.restAuthorizer,
  'AWS::ApiGateway::Deployment': apiGateway.restDeployment,
  'AWS::ApiGateway::Method': apiGateway.method,
  'AWS::ApiGateway::Model': apiGateway.restModel,
  'AWS::ApiGateway::RequestValidator': apiGateway.requestValidator,
  'AWS::ApiGateway::Resource': apiGateway.resource,
  'AWS::ApiGateway::RestApi': apiGateway.restApi,
  'AWS::ApiGateway::Stage': apiGateway.restStage,
  'AWS::ApiGateway::UsagePlan': apiGateway.usagePlan,
  'AWS::ApiGateway::UsagePlanKey': apiGateway.usagePlanKey,
  'AWS::ApiGatewayV2::Api': apiGatewayV2.api,
  'AWS::ApiGatewayV2::Authorizer': apiGatewayV2.authorizer,
  'AWS::ApiGatewayV2::Deployment': apiGatewayV2.deployment,
  'AWS::ApiGatewayV2::Integration': apiGatewayV2.integration,
  'AWS::ApiGatewayV2::IntegrationResponse': apiGatewayV2.integrationResponse,
  'AWS::ApiGatewayV2::Model': apiGatewayV2.model,
  'AWS::ApiGatewayV2::Route': apiGatewayV2.route,
  'AWS::ApiGatewayV2::RouteResponse': apiGatewayV2.routeResponse,
  'AWS::ApiGatewayV2::Stage': apiGatewayV2.stage,
  'AWS::CloudWatch::Alarm': cloudWatch.alarm,
  'AWS::CloudWatch::CompositeAlarm': cloudWatch.compositeAlarm,
  'AWS::CloudWatch::Dashboard': cloudWatch.dashboard,
  'AWS::DynamoDB::GlobalTable': data.globalTable,
  'AWS::DynamoDB::Table': data.table,
  'AWS::Events::EventBus': services.eventBus,
  'AWS::Events::Rule': services.rule,
  'AWS::IAM::ManagedPolicy': iam.managedPolicy,
  'AWS::IAM::Policy': iam.policy,
  'AWS::IAM::Role': iam.role,
  'AWS::IAM::RolePolicy': iam.rolePolicy,
  'AWS::Lambda::Alias': lambda.alias,
  'AWS::Lambda::EventInvokeConfig': lambda.eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': lambda.eventSourceMapping,
  'AWS::Lambda::Function': lambda.lambdaFunction,
  'AWS::Lambda::LayerVersion': lambda.layerVersion,
  'AWS::Lambda::Permission': iam.permission,
  'AWS::Lambda::Url': lambda.lambdaUrl,
  'AWS::Lambda::Version': lambda.version,
  'AWS::S3::Bucket': services.bucket,
  'AWS::SNS::Subscription': services.subscription,
  'AWS::SNS::Topic': services.topic,
  'AWS::SQS::Queue': data.queue,
  'AWS::SQS::QueuePolicy': iam.queuePolicy,
  'AWS::SSM::Parameter': services.ssmParameter,
  'AWS::Scheduler::Schedule': services.schedule,
  'AWS::Scheduler::ScheduleGroup': services.scheduleGroup,
  'AWS::SecretsManager::Secret': services.secret,
  'AWS::Serverless::Api': serverless.serverlessApi,
  'AWS::Serverless::Function': serverless.serverlessFunction,
  'AWS::Serverless::HttpApi': serverless.serverlessHttpApi,
  'AWS::Serverless::LayerVersion': serverless.serverlessLayerVersion,
  'AWS::Serverless::SimpleTable': serverless.serverlessSimpleTable,
  'AWS::Serverless::WebSocketApi': serverless.serverlessWebSocketApi,
};

/** The members of a resource that are checked. */
interface TypedResource {
  readonly type: string;
  readonly path: Path;
  readonly properties: JsonObject;
  readonly generatedBy?: string;
}

/**
 * Reports names that are not properties of the resource's type, and warns about properties that
 * have no effect here.
 */
export function checkPropertyNames(entry: TypedResource, diagnostics: Diagnostics): void {
  const list = ofTypes[entry.type];
  if (list === undefined || entry.generatedBy !== undefined) return;
  checkNames(entry.properties, list, entry.path, diagnostics);
}
