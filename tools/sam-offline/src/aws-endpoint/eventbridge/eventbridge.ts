import { z } from 'zod';
import type { EventBuses, StoredRule } from '../../event-buses/index.ts';
import { EventPatternError, matchesPattern, parsePattern } from '../../event-pattern/index.ts';
import { placeOfCall, type Principal } from '../../signature/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import {
  operation,
  serve,
  ServiceError,
  type ServiceDefinition,
  timeScalar,
} from '../protocol/index.ts';
import { busNameOf, ruleTargetInput, targetOf, targetOutput } from './inputs.ts';

/** Makes EventBridge's API for the buses and rules of a stack. */
export function createEventBridge(
  buses: EventBuses,
): (call: AwsCall, principal: Principal | undefined) => Promise<AwsResponse> {
  return (call, principal) => serve(definitionOf(buses, call, principal), call);
}

/**
 * The maximum size of all entries of a call, in bytes. "The total entry size must be less than 1
 * MB": https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 */
const MAXIMUM_BYTES = 1024 * 1024;

const entryInput = z.object({
  Source: z.string().optional(),
  DetailType: z.string().optional(),
  Detail: z.string().optional(),
  EventBusName: z.string().optional(),
  Resources: z.array(z.string()).optional(),
  Time: timeScalar.optional(),
  TraceHeader: z.string().optional(),
});
const ofRule = z.object({ Name: z.string(), EventBusName: z.string().optional() });

function definitionOf(
  buses: EventBuses,
  call: AwsCall,
  principal: Principal | undefined,
): ServiceDefinition {
  const { traceId } = placeOfCall(call.headers, principal);
  const header = call.headers['x-amzn-trace-id'];
  const traceHeader =
    typeof header === 'string' ? header : traceId === undefined ? undefined : `Root=${traceId}`;

  function put(entry: z.output<typeof entryInput>): Record<string, string> {
    const problem = problemOf(entry);
    if (problem !== undefined) return problem;
    const { Source: source = '', DetailType: detailType = '', Detail: detail = '' } = entry;
    const id = buses.put(busNameOf(entry.EventBusName), {
      ...{ source, detailType, detail, resources: entry.Resources ?? [], timeMs: entry.Time },
      ...{ traceHeader: entry.TraceHeader ?? traceHeader, traceId },
    });
    return { EventId: id };
  }

  return {
    name: 'EventBridge',
    jsonVersion: '1.1',
    operations: {
      PutEvents: operation(
        z.object({
          Entries: z.array(entryInput).min(1, 'is empty').max(10, 'has more than 10 entries'),
        }),
        ({ Entries: entries }) => {
          const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
          if (bytes > MAXIMUM_BYTES) {
            throw new ServiceError(
              'ValidationException',
              'The total size of the entries in the request exceeds the limit.',
            );
          }
          const results = entries.map(put);
          return {
            FailedEntryCount: results.filter(({ ErrorCode: code }) => code !== undefined).length,
            Entries: results,
          };
        },
      ),
      ListEventBuses: operation(
        z.object({ NamePrefix: z.string().optional() }),
        ({ NamePrefix: prefix = '' }) => ({
          EventBuses: [...buses.buses]
            .filter(([name]) => name.startsWith(prefix))
            .map(([Name, Arn]) => ({ Name, Arn })),
        }),
      ),
      DescribeEventBus: operation(z.object({ Name: z.string().optional() }), ({ Name: given }) => {
        const name = busNameOf(given);
        buses.rulesOf(name);
        return { Name: name, Arn: buses.buses.get(name) };
      }),
      CreateEventBus: operation(z.object({ Name: z.string().min(1) }), ({ Name: name }) => ({
        EventBusArn: buses.createBus(name),
      })),
      DeleteEventBus: operation(z.object({ Name: z.string() }), ({ Name: name }) => {
        buses.deleteBus(name);
        return {};
      }),
      ListRules: operation(
        z.object({ EventBusName: z.string().optional(), NamePrefix: z.string().optional() }),
        ({ EventBusName: bus, NamePrefix: prefix = '' }) => ({
          Rules: buses
            .rulesOf(busNameOf(bus))
            .filter(({ name }) => name.startsWith(prefix))
            .map(ruleOutput),
        }),
      ),
      ListRuleNamesByTarget: operation(
        z.object({ TargetArn: z.string(), EventBusName: z.string().optional() }),
        ({ TargetArn: arn, EventBusName: bus }) => ({
          RuleNames: buses
            .rulesOf(busNameOf(bus))
            .filter(({ targets }) => [...targets.values()].some((target) => target.arn === arn))
            .map(({ name }) => name),
        }),
      ),
      DescribeRule: operation(ofRule, ({ Name: name, EventBusName: bus }) =>
        ruleOutput(buses.ruleOf(busNameOf(bus), name)),
      ),
      PutRule: operation(
        z.object({
          Name: z.string().min(1).max(64, 'is longer than 64 characters'),
          EventBusName: z.string().optional(),
          EventPattern: z.string().optional(),
          ScheduleExpression: z.string().optional(),
          Description: z.string().optional(),
          State: z.string().optional(),
        }),
        (input) => {
          const rule = buses.putRule({
            ...{ name: input.Name, eventBusName: busNameOf(input.EventBusName) },
            ...{ eventPattern: input.EventPattern, scheduleExpression: input.ScheduleExpression },
            ...{ description: input.Description, isEnabled: input.State !== 'DISABLED' },
          });
          return { RuleArn: rule.arn };
        },
      ),
      DeleteRule: operation(ofRule, ({ Name: name, EventBusName: bus }) => {
        buses.deleteRule(busNameOf(bus), name);
        return {};
      }),
      EnableRule: operation(ofRule, (input) => setEnabled(buses, input, true)),
      DisableRule: operation(ofRule, (input) => setEnabled(buses, input, false)),
      PutTargets: operation(
        z.object({
          Rule: z.string(),
          EventBusName: z.string().optional(),
          Targets: z.array(ruleTargetInput).max(10, 'has more than 10 targets'),
        }),
        ({ Rule: name, EventBusName: bus, Targets: targets }) => {
          const rule = buses.ruleOf(busNameOf(bus), name);
          for (const target of targets) rule.targets.set(target.Id, targetOf(target));
          return { FailedEntryCount: 0, FailedEntries: [] };
        },
      ),
      RemoveTargets: operation(
        z.object({
          Rule: z.string(),
          EventBusName: z.string().optional(),
          Ids: z.array(z.string()),
        }),
        ({ Rule: name, EventBusName: bus, Ids: ids }) => {
          const rule = buses.ruleOf(busNameOf(bus), name);
          for (const id of ids) rule.targets.delete(id);
          return { FailedEntryCount: 0, FailedEntries: [] };
        },
      ),
      ListTargetsByRule: operation(
        z.object({ Rule: z.string(), EventBusName: z.string().optional() }),
        ({ Rule: name, EventBusName: bus }) => ({
          Targets: [...buses.ruleOf(busNameOf(bus), name).targets.values()].map(targetOutput),
        }),
      ),
      TestEventPattern: operation(
        z.object({ EventPattern: z.string(), Event: z.string() }),
        ({ EventPattern: pattern, Event: event }) => ({
          Result: matchesPattern(parsePattern(pattern), JSON.parse(event)),
        }),
      ),
    },
    invalidInput: ({ parameter, message }) =>
      new ServiceError('ValidationException', `${parameter} ${message}`),
    explain: (error) => {
      if (error instanceof EventPatternError || error instanceof SyntaxError) {
        return new ServiceError(
          'InvalidEventPatternException',
          `Event pattern is not valid. Reason: ${error.message}`,
        );
      }
      return undefined;
    },
  };
}

function setEnabled(
  buses: EventBuses,
  { Name: name, EventBusName: bus }: z.output<typeof ofRule>,
  isEnabled: boolean,
) {
  const rule = buses.ruleOf(busNameOf(bus), name);
  buses.putRule({
    ...{ name, eventBusName: rule.eventBusName, description: rule.description, isEnabled },
    ...{ eventPattern: rule.patternText, scheduleExpression: rule.scheduleExpression },
  });
  return {};
}

function ruleOutput(rule: StoredRule) {
  return {
    ...{ Name: rule.name, Arn: rule.arn, EventBusName: rule.eventBusName },
    ...{ Description: rule.description, EventPattern: rule.patternText },
    ScheduleExpression: rule.scheduleExpression,
    State: rule.isEnabled ? 'ENABLED' : 'DISABLED',
  };
}

/** Gives the error of an entry, if it has one. The other entries of the call succeed. */
function problemOf(entry: z.output<typeof entryInput>): Record<string, string> | undefined {
  const fail = (code: string, message: string) => ({ ErrorCode: code, ErrorMessage: message });
  for (const name of ['Source', 'DetailType', 'Detail'] as const) {
    if (entry[name] === undefined || entry[name] === '') {
      return fail(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
    }
  }
  if (entry.Source?.startsWith('aws.') === true) {
    return fail('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  try {
    const detail: unknown = JSON.parse(entry.Detail ?? '');
    if (typeof detail === 'object' && detail !== null && !Array.isArray(detail)) return undefined;
  } catch {
    // Malformed, as what is no object.
  }
  return fail('MalformedDetail', 'Detail is malformed.');
}

/**
 * Gives the size of an entry as AWS counts it, in bytes
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html).
 */
function sizeOf({
  Source,
  DetailType,
  Detail,
  Resources = [],
  Time,
}: z.output<typeof entryInput>): number {
  const texts = [Source, DetailType, Detail, ...Resources];
  return texts.reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? ''),
    Time === undefined ? 0 : 14,
  );
}
