import type { ResourceEntry } from '../entries.ts';
import type { JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { FunctionEvent } from './events.ts';
import { eventsOf } from './events.ts';
import type { Expansion, ExpansionContext } from './expand.ts';

/** Event types whose resource is `<function><event>`, and the type of that resource. */
const resourceOfEvent: Readonly<Record<string, string>> = {
  CloudWatchEvent: 'AWS::Events::Rule',
  DynamoDB: 'AWS::Lambda::EventSourceMapping',
  EventBridgeRule: 'AWS::Events::Rule',
  Kinesis: 'AWS::Lambda::EventSourceMapping',
  Schedule: 'AWS::Events::Rule',
  ScheduleV2: 'AWS::Scheduler::Schedule',
  SNS: 'AWS::SNS::Subscription',
  SQS: 'AWS::Lambda::EventSourceMapping',
};

/** A SAM function, its role, URL, alias and version, and what its events turn into. */
export function expandFunction(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId, properties } = entry;
  const {
    Events: _events,
    FunctionUrlConfig: url,
    EventInvokeConfig: invoke,
    ...rest
  } = properties;
  const { Policies: policies = [], ...own } = rest;
  const entries: ResourceEntry[] = [];
  const aliases: Record<string, string> = {};
  const hashed: Record<string, ResourceEntry> = {};
  const add = (id: string, type: string, more: Partial<ResourceEntry> = {}): ResourceEntry => {
    const made = generated(entry, id, type, more);
    entries.push(made);
    return made;
  };

  const hasRole = 'Role' in properties;
  if (!hasRole) {
    add(`${logicalId}Role`, 'AWS::IAM::Role', { references: [policies, invoke ?? null] });
  }
  entries.push({
    ...entry,
    references: own,
    dependsOn: hasRole ? entry.dependsOn : [...entry.dependsOn, `${logicalId}Role`],
  });

  const reference: JsonObject = { 'Fn::GetAtt': [logicalId, 'Arn'] };
  if (isObject(url)) {
    add(`${logicalId}Url`, 'AWS::Lambda::Url', {
      properties: { TargetFunctionArn: reference, ...url },
      path: [...entry.path, 'FunctionUrlConfig'],
    });
    add(`${logicalId}UrlPublicPermissions`, 'AWS::Lambda::Permission');
  }

  const alias = context.diagnostics.attempt(() =>
    context.resolver.resolve(properties.AutoPublishAlias ?? '', [
      ...entry.path,
      'AutoPublishAlias',
    ]),
  );
  if (typeof alias === 'string' && alias !== '') {
    const version = generated(entry, `${logicalId}Version`, 'AWS::Lambda::Version', {
      properties: { FunctionName: { Ref: logicalId } },
    });
    entries.push(version);
    hashed[`${logicalId}Version`] = version;
    add(`${logicalId}Alias${alias}`, 'AWS::Lambda::Alias', {
      properties: { FunctionName: { Ref: logicalId }, Name: alias },
    });
    aliases[`${logicalId}.Alias`] = `${logicalId}Alias${alias}`;
    aliases[`${logicalId}.Version`] = `${logicalId}Version`;
  }

  for (const event of eventsOf(entry)) {
    add(`${logicalId}${event.name}Permission`, 'AWS::Lambda::Permission');
    const type = resourceOfEvent[event.type];
    if (type === undefined) continue;
    add(`${logicalId}${event.name}`, type, eventResource(type, event, reference));
  }
  return { entries, aliases, hashed };
}

function eventResource(
  type: string,
  event: FunctionEvent,
  functionArn: JsonObject,
): Partial<ResourceEntry> {
  if (type !== 'AWS::Lambda::EventSourceMapping') return { references: event.properties };
  const sourceName = event.type === 'SQS' ? 'Queue' : 'Stream';
  const { [sourceName]: source, ...rest } = event.properties;
  return {
    properties: {
      FunctionName: functionArn,
      ...(source === undefined ? {} : { EventSourceArn: source }),
      ...rest,
    },
    path: event.path,
    writtenAs: { EventSourceArn: sourceName },
  };
}

function generated(
  owner: ResourceEntry,
  logicalId: string,
  type: string,
  more: Partial<ResourceEntry>,
): ResourceEntry {
  return {
    logicalId,
    type,
    properties: {},
    path: owner.path,
    metadata: {},
    ...(owner.condition === undefined ? {} : { condition: owner.condition }),
    dependsOn: [],
    generatedBy: owner.logicalId,
    ...more,
  };
}
