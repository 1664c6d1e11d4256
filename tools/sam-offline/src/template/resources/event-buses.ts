import { busName } from '../identities/index.ts';
import { isObject, type Json } from '../json.ts';
import type { EventBus, Rule, RuleTarget } from '../model.ts';
import {
  eventBus as eventBusProperties,
  rule as ruleProperties,
  ruleTarget as ruleTargetProperties,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads all event buses of the stack, without the default bus that each account has. */
export function eventBusesOf(resources: StackResources): EventBus[] {
  return resources.ofType('AWS::Events::EventBus').map((entry) => {
    const properties = resources.read(entry).check(eventBusProperties);
    properties.requiredText('Name', 'a name');
    return {
      logicalId: entry.logicalId,
      name: resources.ref(entry),
      arn: resources.attribute(entry, 'Arn') ?? '',
    };
  });
}

/** Reads all rules of EventBridge: those of the template, and those of functions' events. */
export function rulesOf(resources: StackResources): Rule[] {
  return resources.ofType('AWS::Events::Rule').map((entry) => {
    const properties = resources.read(entry);
    if (entry.generatedBy === undefined) properties.check(ruleProperties);
    const scheduleExpression = properties.text('ScheduleExpression');
    const pattern = properties.json('EventPattern');
    if (scheduleExpression === undefined && !isObject(pattern)) {
      properties.diagnostics.error(
        properties.path,
        properties.has('EventPattern')
          ? 'expected EventPattern to be a map, or JSON of one'
          : 'expected an EventPattern or a ScheduleExpression',
      );
    }
    const description = properties.text('Description');
    const name = resources.ref(entry);
    return {
      logicalId: entry.logicalId,
      name: name.slice(name.indexOf('|') + 1),
      arn: resources.attribute(entry, 'Arn') ?? '',
      eventBusName: busName(properties.text('EventBusName')),
      enabled: properties.text('State') !== 'DISABLED',
      ...(description !== undefined && { description }),
      ...(isObject(pattern) && { eventPattern: JSON.stringify(pattern) }),
      ...(scheduleExpression !== undefined && { scheduleExpression }),
      targets: (properties.maps('Targets') ?? []).flatMap((target) => {
        if (entry.generatedBy === undefined) target.check(ruleTargetProperties);
        const made = targetOf(target);
        return made === undefined ? [] : [made];
      }),
    };
  });
}

function targetOf(target: Reader): RuleTarget | undefined {
  const arn = target.requiredText('Arn', 'an ARN');
  const id = target.requiredText('Id', 'an id');
  if (arn === undefined || id === undefined) return undefined;
  if (!/^arn:[\w-]+:(?:lambda|sqs|sns|events|logs):/.test(arn)) {
    target.diagnostics.warn(target.at('Arn'), `nothing is sent to ${arn}: it is not emulated`);
  }
  const transformer = target.map('InputTransformer');
  const inputPath = target.text('InputPath');
  const input = target.value('Input');
  const messageGroupId = target.map('SqsParameters')?.text('MessageGroupId');
  return {
    id,
    arn,
    ...(input !== undefined && { input: jsonText(input) }),
    ...(inputPath !== undefined && { inputPath }),
    ...(transformer !== undefined && {
      inputTransformer: {
        inputPathsMap: transformer.textMap('InputPathsMap') ?? {},
        inputTemplate: transformer.requiredText('InputTemplate', 'a template') ?? '',
      },
    }),
    ...deliveryOf(target),
    ...(messageGroupId !== undefined && { messageGroupId }),
  };
}

/** Reads `DeadLetterConfig` and `RetryPolicy` of a target of a rule or a schedule. */
export function deliveryOf(
  target: Reader,
): Pick<RuleTarget, 'deadLetterArn' | 'maximumRetryAttempts' | 'maximumEventAgeMs'> {
  const deadLetterArn = target.map('DeadLetterConfig')?.text('Arn');
  const retry = target.map('RetryPolicy');
  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html
  const attempts = retry?.number('MaximumRetryAttempts', { minimum: 0, maximum: 185 });
  const seconds = retry?.number('MaximumEventAgeInSeconds', {
    ...{ unit: 'seconds', minimum: 60, maximum: 86_400 },
  });
  return {
    ...(deadLetterArn !== undefined && { deadLetterArn }),
    ...(attempts !== undefined && { maximumRetryAttempts: attempts }),
    ...(seconds !== undefined && { maximumEventAgeMs: seconds * 1000 }),
  };
}

/** Gives the JSON of a value. A string is returned unchanged. */
export function jsonText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
