import type { ResourceEntry } from '../entries.ts';
import type { AsyncInvokeConfig } from '../model.ts';
import { destination, destinationConfig, eventInvokeConfig } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * AWS's defaults (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html).
 */
const defaultRetryAttempts = 2;
const defaultEventAgeSeconds = 6 * 60 * 60;
const eventAgeRange = { unit: 'seconds', minimum: 60, maximum: defaultEventAgeSeconds };

/** Reads the settings for a function's asynchronous invocations. */
export function asyncInvokeOf(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): AsyncInvokeConfig {
  const config = configOf(entry, properties, resources)?.check(eventInvokeConfig);
  const destinations = config?.map('DestinationConfig')?.check(destinationConfig);
  const onSuccessArn = destinationOf(destinations, 'OnSuccess', resources);
  const onFailureArn = destinationOf(destinations, 'OnFailure', resources);
  const deadLetter = properties.map('DeadLetterQueue') ?? properties.map('DeadLetterConfig');
  const deadLetterArn = deadLetter && supportedTarget(deadLetter, 'TargetArn', resources);
  const age = config?.number('MaximumEventAgeInSeconds', eventAgeRange) ?? defaultEventAgeSeconds;
  const attempts = config?.number('MaximumRetryAttempts', { minimum: 0, maximum: 2 });
  return {
    maximumRetryAttempts: attempts ?? defaultRetryAttempts,
    maximumEventAgeMs: age * 1000,
    ...(onSuccessArn === undefined ? {} : { onSuccessArn }),
    ...(onFailureArn === undefined ? {} : { onFailureArn }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

/**
 * Finds the function's own `EventInvokeConfig`, or the resource of that type that names the
 * function.
 */
function configOf(
  entry: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): Reader | undefined {
  if (properties.has('EventInvokeConfig')) return properties.map('EventInvokeConfig');
  return resources
    .ofType('AWS::Lambda::EventInvokeConfig')
    .filter((candidate) => candidate.generatedBy === undefined)
    .map((candidate) => resources.read(candidate))
    .find((config) => {
      const name = config.text('FunctionName');
      return name !== undefined && resources.functionOf(name) === entry;
    });
}

function destinationOf(
  destinations: Reader | undefined,
  name: string,
  resources: StackResources,
): string | undefined {
  const reader = destinations?.map(name)?.check(destination);
  if (reader === undefined) return undefined;
  if (!reader.has('Destination')) {
    resources.diagnostics.warn(
      reader.path,
      'the destination is left out: it names no queue or function',
    );
    return undefined;
  }
  return supportedTarget(reader, 'Destination', resources);
}

/**
 * Gives the ARN if it is that of a queue, function, topic or event bus. It warns about other
 * targets.
 */
export function supportedTarget(
  reader: Reader,
  name: string,
  resources: StackResources,
): string | undefined {
  const arn = reader.requiredText(name, 'an ARN');
  if (arn === undefined || /^arn:[\w-]+:(?:sqs|lambda|sns|events):/.test(arn)) return arn;
  resources.diagnostics.warn(
    reader.at(name),
    `only queues, functions, topics and event buses can be a target here, not ${arn}`,
  );
  return undefined;
}
