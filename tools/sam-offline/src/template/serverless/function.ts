import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject } from '../json.ts';
import type { FunctionEvent } from './events.ts';
import { eventsOf } from './events.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { permissionOfEvent } from './invoke-permission.ts';

/** Event types whose resource is `<function><event>`, and the type of that resource. */
const resourceOfEvent: Readonly<Record<string, string>> = {
  CloudWatchEvent: 'AWS::Events::Rule',
  DynamoDB: 'AWS::Lambda::EventSourceMapping',
  EventBridgeRule: 'AWS::Events::Rule',
  DocumentDB: 'AWS::Lambda::EventSourceMapping',
  Kinesis: 'AWS::Lambda::EventSourceMapping',
  MQ: 'AWS::Lambda::EventSourceMapping',
  MSK: 'AWS::Lambda::EventSourceMapping',
  Schedule: 'AWS::Events::Rule',
  ScheduleV2: 'AWS::Scheduler::Schedule',
  SNS: 'AWS::SNS::Subscription',
  SQS: 'AWS::Lambda::EventSourceMapping',
  SelfManagedKafka: 'AWS::Lambda::EventSourceMapping',
};

/** A SAM function, its role, URL, alias and version, and what its events turn into. */
export function expandFunction(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId, properties } = entry;
  const {
    Events: _events,
    FunctionUrlConfig: url,
    EventInvokeConfig: invoke,
    // It is the alias's deployment group that needs the alarms in it, and these may need the function.
    DeploymentPreference: _preference,
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
  const destinations = madeDestinations(invoke, logicalId);
  for (const { id, type, alias } of destinations.made) {
    add(id, type);
    aliases[`${logicalId}.${alias}`] ??= id;
  }
  entries.push({
    ...entry,
    properties: { ...properties, ...destinations.properties },
    references: own,
    dependsOn: hasRole ? entry.dependsOn : [...entry.dependsOn, `${logicalId}Role`],
  });

  if (invoke !== undefined) add(`${logicalId}EventInvokeConfig`, 'AWS::Lambda::EventInvokeConfig');
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
    add(`${logicalId}${event.name}Permission`, 'AWS::Lambda::Permission', {
      properties: permissionOfEvent(event, aliases[`${logicalId}.Alias`] ?? logicalId),
    });
    const type = resourceOfEvent[event.type];
    if (type === undefined) continue;
    add(`${logicalId}${event.name}`, type, eventResource(type, event, reference));
  }
  return { entries, aliases, hashed };
}

interface MadeDestination {
  readonly id: string;
  readonly type: string;
  readonly alias: string;
}

/** A destination of type SQS or SNS without an ARN gets a queue or topic of its own. */
function madeDestinations(
  invoke: Json | undefined,
  logicalId: string,
): { properties: JsonObject; made: MadeDestination[] } {
  const config = isObject(invoke) ? invoke.DestinationConfig : undefined;
  if (!isObject(invoke) || !isObject(config)) return { properties: {}, made: [] };
  const completed: JsonObject = { ...config };
  const made: MadeDestination[] = [];
  for (const event of ['OnSuccess', 'OnFailure']) {
    const target = config[event];
    if (!isObject(target) || 'Destination' in target) continue;
    const id = `${logicalId}EventInvokeConfig${event}`;
    if (target.Type === 'SQS') {
      made.push({ id: `${id}Queue`, type: 'AWS::SQS::Queue', alias: 'DestinationQueue' });
      completed[event] = { ...target, Destination: { 'Fn::GetAtt': [`${id}Queue`, 'Arn'] } };
    } else if (target.Type === 'SNS') {
      made.push({ id: `${id}Topic`, type: 'AWS::SNS::Topic', alias: 'DestinationTopic' });
      completed[event] = { ...target, Destination: { Ref: `${id}Topic` } };
    }
  }
  return { properties: { EventInvokeConfig: { ...invoke, DestinationConfig: completed } }, made };
}

function eventResource(
  type: string,
  event: FunctionEvent,
  functionArn: JsonObject,
): Partial<ResourceEntry> {
  if (type !== 'AWS::Lambda::EventSourceMapping') return { references: event.properties };
  const sourceNames: Readonly<Record<string, string>> = {
    DocumentDB: 'Cluster',
    MQ: 'Broker',
    SQS: 'Queue',
  };
  const sourceName = sourceNames[event.type] ?? 'Stream';
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
