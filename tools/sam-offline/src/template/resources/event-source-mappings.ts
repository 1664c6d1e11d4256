import { invokedArn } from './function-policies.ts';
import type { ResourceEntry } from '../entries.ts';
import { isObject, show } from '../json.ts';
import type { Json } from '../json.ts';
import type { EventSourceMapping } from '../model.ts';
import {
  destination,
  destinationConfig,
  eventSourceEvent,
  eventSourceMapping,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { supportedTarget } from './async-invoke.ts';
import type { StackResources } from './stack-resources.ts';
import { tableTypes } from './stack-resources.ts';

type Source = EventSourceMapping['source'];

/**
 * Reads the event source mappings of streams and queues, from `AWS::Lambda::EventSourceMapping` and
 * from SAM functions' events. Their limits:
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
 */
export function eventSourceMappingsOf(resources: StackResources): EventSourceMapping[] {
  return resources.ofType('AWS::Lambda::EventSourceMapping').flatMap((entry) => {
    const made = mappingOf(entry, resources);
    return made === undefined ? [] : [made];
  });
}

function mappingOf(
  entry: ResourceEntry,
  resources: StackResources,
): EventSourceMapping | undefined {
  const properties = resources.read(entry);
  // A SAM event of a type that is not emulated already has a warning.
  if (entry.generatedBy !== undefined && entry.writtenAs === undefined) return undefined;
  const functionName = properties.requiredText('FunctionName', 'a function');
  const functionLogicalId =
    functionName === undefined
      ? undefined
      : resources.functionOrWarn(functionName, properties.path, 'the event source mapping');
  const sourceArn = properties.text('EventSourceArn', 'an ARN');
  if (functionName === undefined || functionLogicalId === undefined) return undefined;
  const arn = invokedArn(functionName, resources);
  if (sourceArn === undefined) {
    if (!properties.has('EventSourceArn') && !properties.has('SelfManagedEventSource')) {
      properties.requiredText('EventSourceArn', 'an ARN');
    }
    return undefined;
  }
  const source = sourceOf(sourceArn, properties, resources);
  if (source === undefined) return undefined;
  properties.check(entry.generatedBy === undefined ? eventSourceMapping : eventSourceEvent);
  const isStream = source.type === 'dynamodb';
  const windowSeconds =
    properties.number('MaximumBatchingWindowInSeconds', {
      unit: 'seconds',
      minimum: 0,
      maximum: 300,
    }) ?? 0;
  const isFifo = !isStream && sourceArn.endsWith('.fifo');
  const batchSize =
    properties.number('BatchSize', { minimum: 1, maximum: isFifo ? 10 : 10_000 }) ??
    (isStream ? 100 : 10);
  if (!isStream && batchSize > 10 && windowSeconds < 1) {
    properties.expected(
      'BatchSize',
      'at most 10 messages, or a MaximumBatchingWindowInSeconds of at least 1',
    );
  }
  return {
    logicalId: entry.logicalId,
    functionLogicalId,
    ...(arn === undefined ? {} : { functionArn: arn }),
    source,
    enabled: properties.boolean('Enabled') ?? true,
    batchSize,
    batchWindowMs: windowSeconds * 1000,
    reportBatchItemFailures: (properties.texts('FunctionResponseTypes') ?? []).includes(
      'ReportBatchItemFailures',
    ),
    filterPatterns: filterPatternsOf(properties),
  };
}

function sourceOf(arn: string, properties: Reader, resources: StackResources): Source | undefined {
  const table = resources.byAttribute('StreamArn', arn, ...tableTypes);
  if (table !== undefined) return streamOf(table.logicalId, properties, resources);
  const queue = resources.byAttribute('Arn', arn, 'AWS::SQS::Queue');
  if (queue !== undefined) {
    const maximumConcurrency = properties
      .map('ScalingConfig')
      ?.number('MaximumConcurrency', { minimum: 2, maximum: 1000 });
    return {
      type: 'sqs',
      queueLogicalId: queue.logicalId,
      ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
    };
  }
  if (resources.byAttribute('Arn', arn, ...tableTypes) !== undefined) {
    properties.diagnostics.error(
      properties.at('EventSourceArn'),
      `expected the ARN of the table's stream (StreamArn), got the table's own, ${arn}`,
    );
    return undefined;
  }
  resources.diagnostics.warn(
    properties.path,
    `the event source mapping is left out: ${arn} is neither a DynamoDB stream nor a queue of this stack`,
  );
  return undefined;
}

function streamOf(tableLogicalId: string, properties: Reader, resources: StackResources): Source {
  if (!properties.has('StartingPosition')) {
    properties.requiredText('StartingPosition', 'LATEST or TRIM_HORIZON');
  }
  const startingPosition = properties.oneOf('StartingPosition', ['LATEST', 'TRIM_HORIZON']);
  // -1 means that a record is retried until it expires, which is also the default.
  const attempts =
    properties.number('MaximumRetryAttempts', { minimum: -1, maximum: 10_000 }) ?? -1;
  const ageSeconds =
    properties.number('MaximumRecordAgeInSeconds', {
      unit: 'seconds',
      minimum: -1,
      maximum: 604_800,
    }) ?? -1;
  const onFailure = properties
    .map('DestinationConfig')
    ?.check(destinationConfig)
    .map('OnFailure')
    ?.check(destination);
  const onFailureArn = onFailure && supportedTarget(onFailure, 'Destination', resources);
  return {
    type: 'dynamodb',
    tableLogicalId,
    startingPosition: startingPosition ?? 'LATEST',
    ...(attempts < 0 ? {} : { maximumRetryAttempts: attempts }),
    ...(ageSeconds < 0 ? {} : { maximumRecordAgeMs: ageSeconds * 1000 }),
    bisectBatchOnFunctionError: properties.boolean('BisectBatchOnFunctionError') ?? false,
    parallelizationFactor:
      properties.number('ParallelizationFactor', { minimum: 1, maximum: 10 }) ?? 1,
    ...(onFailureArn === undefined ? {} : { onFailureArn }),
  };
}

function filterPatternsOf(properties: Reader): Record<string, unknown>[] {
  const filters = properties.map('FilterCriteria')?.maps('Filters') ?? [];
  return filters.flatMap((filter) => {
    const pattern = filter.requiredText('Pattern', 'a filter pattern in JSON');
    if (pattern === undefined) return [];
    const parsed = parseJson(pattern);
    if (isObject(parsed)) return [parsed];
    filter.diagnostics.error(
      filter.at('Pattern'),
      `expected a filter pattern in JSON, got ${show(pattern)}`,
    );
    return [];
  });
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
