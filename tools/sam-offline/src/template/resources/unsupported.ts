import type { ResourceEntry } from '../entries.ts';
import type { StackResources } from './stack-resources.ts';

const emulated = new Set([
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::IntegrationResponse',
  'AWS::ApiGatewayV2::Model',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::RouteResponse',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::LayerVersion',
  'AWS::Lambda::Url',
  'AWS::S3::Bucket',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::SSM::Parameter',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::SecretsManager::Secret',
  'AWS::Serverless::Api',
  'AWS::Serverless::Function',
  'AWS::Serverless::HttpApi',
  'AWS::Serverless::LayerVersion',
  'AWS::Serverless::SimpleTable',
]);

/** Types that have no effect on what runs here, such as permissions, logs and versions. */
const harmless = [
  /^AWS::ApiGateway::Account$/,
  /^AWS::ApplicationAutoScaling::/,
  /^AWS::ApplicationInsights::/,
  /^AWS::Budgets::/,
  /^AWS::CloudFormation::WaitCondition(?:Handle)?$/,
  /^AWS::CloudWatch::/,
  // A distribution serves APIs and buckets, which have their own local URLs.
  /^AWS::CloudFront::/,
  /^AWS::CodeDeploy::/,
  /^AWS::ECR::/,
  /^AWS::Events::EventBusPolicy$/,
  /^AWS::IAM::/,
  /^AWS::Lambda::(?:Alias|CodeSigningConfig|LayerVersionPermission|Permission|Version)$/,
  /^AWS::Logs::/,
  /^AWS::ResourceGroups::/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::SNS::TopicPolicy$/,
  /^AWS::SNS::TopicInlinePolicy$/,
  /^AWS::SQS::QueuePolicy$/,
  /^AWS::SQS::QueueInlinePolicy$/,
  /^AWS::SecretsManager::ResourcePolicy$/,
  /^AWS::Serverless::Connector$/,
  /^AWS::XRay::/,
];

/** Warns about resources of types that are not emulated. */
export function warnOfUnsupported(resources: StackResources): void {
  for (const entry of resources.entries) {
    if (entry.generatedBy !== undefined || isHarmless(entry)) continue;
    resources.diagnostics.warn(
      entry.path.slice(0, 2),
      `${entry.type} is not emulated; what refers to it gets a value in AWS's form`,
    );
  }
}

function isHarmless({ type }: ResourceEntry): boolean {
  return emulated.has(type) || harmless.some((pattern) => pattern.test(type));
}
