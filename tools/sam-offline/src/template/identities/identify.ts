import type { Json } from '../json.ts';
import {
  apiId,
  arn,
  executeApiHost,
  functionUrlHost,
  functionNameOfArn,
  generatedId,
  generatedUuid,
  physicalName,
  queueUrl,
} from '../names.ts';
import type { Identity, IdentityContext } from './identity.ts';
import { textOf } from './identity.ts';
import { identifyOther } from './other.ts';
import { services } from './services.ts';

/**
 * Tells whether the names and attributes of a type are modelled. Those of other types are only
 * plausible.
 */
export function isModelled(type: string): boolean {
  return type in modelled;
}

type Identify = (context: IdentityContext) => Identity;

/**
 * Gives the values of `Ref` and `Fn::GetAtt` for a resource. They have AWS's form and are the same
 * in each run.
 */
export function identify(context: IdentityContext): Identity {
  return (modelled[context.entry.type] ?? identifyOther)(context);
}

/** Names have the maximum lengths of the services (Lambda 64 characters, SQS 80, DynamoDB 255). */
const lambdaFunction: Identify = (context) => {
  const { entry, stack } = context;
  const given = textOf(context, 'FunctionName');
  const name = given ?? physicalName(stack, entry.logicalId, 64);
  return {
    ref: name,
    attributes: {
      Arn: arn(stack, 'lambda', `function:${name}`),
      // SnapStart is not emulated.
      'SnapStartResponse.ApplyOn': 'None',
      'SnapStartResponse.OptimizationStatus': 'Off',
    },
  };
};

const layerVersion: Identify = (context) => {
  const { entry, stack } = context;
  const name = textOf(context, 'LayerName') ?? entry.logicalId;
  const value = arn(stack, 'lambda', `layer:${name}:1`);
  return { ref: value, attributes: { LayerVersionArn: value, Arn: value } };
};

const table: Identify = (context) => {
  const { entry, stack } = context;
  const name = textOf(context, 'TableName') ?? physicalName(stack, entry.logicalId);
  const tableArn = arn(stack, 'dynamodb', `table/${name}`);
  const hasStream =
    entry.type === 'AWS::DynamoDB::GlobalTable' || 'StreamSpecification' in entry.properties;
  return {
    ref: name,
    attributes: {
      Arn: tableArn,
      // The label of a stream is the time of its creation.
      ...(entry.type === 'AWS::DynamoDB::GlobalTable'
        ? { TableId: generatedUuid(stack, entry.logicalId) }
        : {}),
      ...(hasStream ? { StreamArn: `${tableArn}/stream/2026-01-01T00:00:00.000` } : {}),
    },
    missing: { StreamArn: 'the table has no stream: give it a StreamSpecification' },
  };
};

const queue: Identify = (context) => {
  const { entry, stack } = context;
  const suffix = ['true', true].some((value) => context.resolve('FifoQueue') === value)
    ? '.fifo'
    : '';
  const made = physicalName(stack, entry.logicalId, 80 - suffix.length);
  const name = textOf(context, 'QueueName') ?? `${made}${suffix}`;
  const url = queueUrl(stack, name);
  return {
    ref: url,
    attributes: { Arn: arn(stack, 'sqs', name), QueueName: name, QueueUrl: url },
  };
};

const api: Identify = (context) => {
  const { entry, stack } = context;
  const id = apiId(stack, entry.logicalId);
  const scheme = context.resolve('ProtocolType') === 'WEBSOCKET' ? 'wss' : 'https';
  return {
    ref: id,
    attributes: {
      ApiId: id,
      RestApiId: id,
      ApiEndpoint: `${scheme}://${executeApiHost(stack, id)}`,
      ExecuteApiArn: arn(stack, 'execute-api', id),
      RootResourceId: generatedId(stack, `${entry.logicalId}/root`, 10),
    },
  };
};

const stage: Identify = (context) => {
  const name = textOf(context, 'StageName') ?? context.entry.logicalId;
  return { ref: name, attributes: {} };
};

/** The id of an API key has ten characters, that of a usage plan has six. */
const identified =
  (attribute: string, length: number): Identify =>
  ({ entry, stack }) => {
    const id = generatedId(stack, entry.logicalId, length);
    return { ref: id, attributes: { [attribute]: id } };
  };

const usagePlanKey: Identify = (context) => {
  const id = `${textOf(context, 'KeyId') ?? ''}:${textOf(context, 'UsagePlanId') ?? ''}`;
  return { ref: id, attributes: { Id: id } };
};

/** The ids of routes, integrations, authorizers and so on have seven characters. */
const partOfApi = (attribute: string): Identify => identified(attribute, 7);

const lambdaUrl: Identify = (context) => {
  const { entry, stack } = context;
  const target = textOf(context, 'TargetFunctionArn') ?? '';
  const host = functionUrlHost(stack, generatedId(stack, entry.logicalId, 32));
  return { ref: target, attributes: { FunctionArn: target, FunctionUrl: `https://${host}/` } };
};

const alias: Identify = (context) => {
  const value = qualified(context, textOf(context, 'Name') ?? context.entry.logicalId);
  return { ref: value, attributes: { AliasArn: value } };
};

const version: Identify = (context) => {
  const value = qualified(context, '1');
  return { ref: value, attributes: { FunctionArn: value, Version: '1' } };
};

function qualified(context: IdentityContext, qualifier: string): string {
  const named = textOf(context, 'FunctionName') ?? '';
  const name = functionNameOfArn(named) ?? named;
  return arn(context.stack, 'lambda', `function:${name}:${qualifier}`);
}

const eventSourceMapping: Identify = ({ entry, stack }) => {
  const id = generatedUuid(stack, entry.logicalId);
  const value: Json = arn(stack, 'lambda', `event-source-mapping:${id}`);
  return { ref: id, attributes: { Id: id, EventSourceMappingArn: value } };
};

const modelled: Readonly<Record<string, Identify>> = {
  ...services,
  'AWS::ApiGateway::ApiKey': identified('APIKeyId', 10),
  'AWS::ApiGateway::Authorizer': partOfApi('AuthorizerId'),
  'AWS::ApiGateway::Deployment': partOfApi('DeploymentId'),
  'AWS::ApiGateway::Method': partOfApi('MethodId'),
  'AWS::ApiGateway::RequestValidator': partOfApi('RequestValidatorId'),
  'AWS::ApiGateway::Resource': partOfApi('ResourceId'),
  'AWS::ApiGateway::RestApi': api,
  'AWS::ApiGateway::Stage': stage,
  'AWS::ApiGateway::UsagePlan': identified('Id', 6),
  'AWS::ApiGateway::UsagePlanKey': usagePlanKey,
  'AWS::ApiGatewayV2::Api': api,
  'AWS::ApiGatewayV2::Authorizer': partOfApi('AuthorizerId'),
  'AWS::ApiGatewayV2::Deployment': partOfApi('DeploymentId'),
  'AWS::ApiGatewayV2::Integration': partOfApi('IntegrationId'),
  'AWS::ApiGatewayV2::IntegrationResponse': partOfApi('IntegrationResponseId'),
  'AWS::ApiGatewayV2::Model': partOfApi('ModelId'),
  'AWS::ApiGatewayV2::Route': partOfApi('RouteId'),
  'AWS::ApiGatewayV2::RouteResponse': partOfApi('RouteResponseId'),
  'AWS::ApiGatewayV2::Stage': stage,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  'AWS::Lambda::Url': lambdaUrl,
  'AWS::Lambda::Version': version,
  'AWS::SQS::Queue': queue,
  'AWS::Serverless::Api': api,
  'AWS::Serverless::Function': lambdaFunction,
  'AWS::Serverless::HttpApi': api,
  'AWS::Serverless::LayerVersion': layerVersion,
  'AWS::Serverless::SimpleTable': table,
};
