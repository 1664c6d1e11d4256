import type { ResourceEntry } from '../entries.ts';
import { isObject } from '../json.ts';
import { generated } from './generated.ts';

/** What a connector may make; which of them it does depends on what it connects. */
const made: Readonly<Record<string, string>> = {
  Policy: 'AWS::IAM::ManagedPolicy',
  QueuePolicy: 'AWS::SQS::QueuePolicy',
  ReadLambdaPermission: 'AWS::Lambda::Permission',
  TopicPolicy: 'AWS::SNS::TopicPolicy',
  WriteLambdaPermission: 'AWS::Lambda::Permission',
};

/**
 * The policies of a connector, and of the connectors that stand in another resource's `Connectors`, which are
 * called `<resource><connector>`. With a list of destinations, each has policies of its own
 * (`SamConnector` in samtranslator/model/sam_resources.py of SAM translator 1.115).
 */
export function connectorsOf(entry: ResourceEntry): ResourceEntry[] {
  const { logicalId, connectors } = entry;
  if (entry.type === 'AWS::Serverless::Connector') {
    return policiesOf(entry, logicalId, entry.properties.Destination);
  }
  return Object.entries(connectors ?? {}).flatMap(([name, connector]) => {
    const id = `${logicalId}${name}`;
    const properties = isObject(connector) ? connector.Properties : undefined;
    const destination = isObject(properties) ? properties.Destination : undefined;
    return [
      generated(entry, id, 'AWS::Serverless::Connector'),
      ...policiesOf(entry, id, destination),
    ];
  });
}

function policiesOf(owner: ResourceEntry, id: string, destination: unknown): ResourceEntry[] {
  const suffixes = Array.isArray(destination)
    ? destination.map((_, index) => `Destination${index}`)
    : [''];
  return suffixes.flatMap((suffix) =>
    Object.entries(made).map(([name, type]) => generated(owner, `${id}${name}${suffix}`, type)),
  );
}
