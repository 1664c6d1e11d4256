import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { loadText } from '../testing/load-text.ts';
import * as apiGateway from './api-gateway.ts';
import * as apiGatewayV2 from './api-gateway-v2.ts';
import * as cloudWatch from './cloudwatch.ts';
import * as data from './data.ts';
import * as lambda from './lambda.ts';
import * as services from './services.ts';
import { ofTypes } from './of-types.ts';
import { allNames, type PropertyList } from './property-list.ts';
import { apiEvent, httpApiEvent } from './serverless.ts';
import schemas from './schemas.json' with { type: 'json' };
import { withoutMeaning } from './without-meaning.ts';

/** The lists for the types in `schemas.json`, which `read-schemas.py` writes. */
const lists: Readonly<Record<string, PropertyList>> = {
  ...ofTypes,
  'AWS::ApiGateway::Method.Integration': apiGateway.methodIntegration,
  'AWS::ApiGateway::Method.Integration.IntegrationResponses': apiGateway.methodIntegrationResponse,
  'AWS::ApiGateway::Stage.MethodSettings': apiGateway.methodSetting,
  'AWS::ApiGatewayV2::Stage.AccessLogSettings': apiGatewayV2.accessLog,
  'AWS::ApiGatewayV2::Stage.DefaultRouteSettings': apiGatewayV2.routeSettings,
  'AWS::CloudWatch::Alarm.Dimensions': cloudWatch.dimension,
  'AWS::CloudWatch::Alarm.Metrics': cloudWatch.metricDataQuery,
  'AWS::CloudWatch::Alarm.Metrics.MetricStat': cloudWatch.metricStat,
  'AWS::CloudWatch::Alarm.Metrics.MetricStat.Metric': cloudWatch.metric,
  'AWS::DynamoDB::Table.GlobalSecondaryIndexes': data.secondaryIndex,
  'AWS::DynamoDB::Table.LocalSecondaryIndexes': data.secondaryIndex,
  'AWS::DynamoDB::Table.StreamSpecification': data.streamSpecification,
  'AWS::Events::Rule.Targets': services.ruleTarget,
  'AWS::Lambda::Function.Environment': lambda.environment,
  'AWS::Lambda::Function.ImageConfig': lambda.imageConfig,
  'AWS::Lambda::Function.LoggingConfig': lambda.loggingConfig,
  'AWS::Lambda::Function.TenancyConfig': lambda.tenancyConfig,
  'AWS::Lambda::Url.Cors': lambda.cors,
  'AWS::S3::Bucket.NotificationConfiguration': services.bucketNotifications,
  'Events.Api': apiEvent,
  'Events.HttpApi': httpApiEvent,
  'Events.DynamoDB': lambda.eventSourceEvent,
  'Events.SQS': lambda.eventSourceEvent,
  ...Object.fromEntries(
    Object.entries(services.pushedEvents).map(([type, list]) => [`Events.${type}`, list]),
  ),
};

const types = Object.entries(schemas);

/** The source files that read templates, without the property lists. */
const readers = globSync('**/*.ts', { cwd: join(import.meta.dirname, '..') })
  .filter((file) => !file.endsWith('.spec.ts') && !/^(?:properties|testing)\//.test(file))
  .map((file) => readFileSync(join(import.meta.dirname, '..', file), 'utf8'))
  .join('\n');

describe('the properties of AWS', () => {
  it.each(types)(
    'of %s are each used, ignored with a reason, or named in a warning',
    (type, names) => {
      const list = lists[type];
      const known = list === undefined ? [] : allNames(list);
      expect(names.filter((name) => !known.includes(name))).toEqual([]);
      expect(known.filter((name, index) => known.indexOf(name) !== index)).toEqual([]);
    },
  );

  it.each(Object.entries(ofTypes))('%s has no other properties', (type, list) => {
    const names: readonly string[] = schemas[type as keyof typeof schemas];
    expect(allNames(list).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(Object.entries(lists))('of %s that are ignored have a reason', (_type, list) => {
    expect((list.harmless ?? []).filter((name) => withoutMeaning[name] === undefined)).toEqual([]);
  });

  it.each(Object.entries(lists))('of %s that are used are read somewhere', (_type, list) => {
    const isRead = (name: string): boolean =>
      new RegExp(`['.]${name}\\b|\\b${name}:? |[{,] ${name}[,:]`).test(readers);
    expect(list.used.filter((name) => !isRead(name))).toEqual([]);
  });
});

describe('a property that is in no list', () => {
  it('is a warning, because it may be newer than the list', () => {
    const { warnings } = loadText(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Jobs: { Type: AWS::SQS::Queue, Properties: { BrandNewWindow: 5 } }
  Hello:
    Type: AWS::Serverless::Function
    Properties: { Runtime: nodejs24.x, Handler: a.b, InlineCode: '', Zygote: { On: true } }
`);
    expect(warnings).toEqual([
      expect.objectContaining({ resource: 'Jobs', property: 'BrandNewWindow' }),
      {
        resource: 'Hello',
        property: 'Zygote',
        message: expect.stringMatching(/^unknown property `Zygote`: it has no effect here/),
      },
    ]);
  });
});

describe('a property that has no effect here', () => {
  it('is named in a warning, even if nothing uses the resource', () => {
    const { warnings } = loadText(`
Resources:
  Jobs:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 }
      Tags: []
  Layer:
    Type: AWS::ApiGatewayV2::Integration
    Properties: { ApiId: a, IntegrationType: MOCK, ConnectionId: link }
`);
    expect(warnings).toEqual([
      {
        resource: 'Jobs',
        property: 'ProvisionedThroughput',
        message: expect.stringMatching(/^not emulated: the throughput is not limited/),
      },
      {
        resource: 'Layer',
        property: 'ConnectionId',
        message: expect.stringContaining('there are no VPC links'),
      },
    ]);
  });
});
