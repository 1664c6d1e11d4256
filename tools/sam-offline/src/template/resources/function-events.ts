import type { ResourceEntry } from '../entries.ts';
import { isObject, show } from '../json.ts';
import { didYouMean } from '../../suggestions.ts';
import type { StackResources } from './stack-resources.ts';

const emulated = [
  'Api',
  'CloudWatchEvent',
  'DynamoDB',
  'EventBridgeRule',
  'HttpApi',
  'S3',
  'SNS',
  'SQS',
  'Schedule',
  'ScheduleV2',
];

const notEmulated = [
  'AlexaSkill',
  'CloudWatchLogs',
  'Cognito',
  'DocumentDB',
  'IoTRule',
  'Kinesis',
  'MQ',
  'MSK',
  'SelfManagedKafka',
];

/** Reports malformed events, and warns about those of types that are not emulated. */
export function checkEvents(entry: ResourceEntry, { diagnostics }: StackResources): void {
  const events = entry.properties.Events;
  if (events === undefined || events === null) return;
  const path = [...entry.path, 'Events'];
  if (!isObject(events)) {
    diagnostics.error(path, `expected a map of events, got ${show(events)}`);
    return undefined;
  }
  for (const [name, event] of Object.entries(events)) {
    const at = [...path, name];
    if (!isObject(event) || typeof event.Type !== 'string') {
      diagnostics.error(at, `expected an event with a Type, got ${show(event)}`);
      continue;
    }
    const type = event.Type;
    for (const key of Object.keys(event)) {
      if (key === 'Type' || key === 'Properties') continue;
      const hint = didYouMean(key, ['Type', 'Properties']);
      // SAM ignores an unknown attribute, so it is only an error if it looks misspelt.
      if (hint === '')
        diagnostics.warn([...at, key], 'unknown attribute of an event, without effect');
      else diagnostics.error([...at, key], `unknown attribute of an event${hint}`);
    }
    if (notEmulated.includes(type)) {
      diagnostics.warn(at, `events of type ${type} are not emulated: invoke the function yourself`);
    } else if (!emulated.includes(type)) {
      const hint = didYouMean(type, [...emulated, ...notEmulated]);
      diagnostics.error([...at, 'Type'], `unknown type of event ${show(type)}${hint}`);
    }
  }
}
