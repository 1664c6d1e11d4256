import type { ResourceEntry } from '../entries.ts';
import { isObject } from '../json.ts';
import { generated } from './generated.ts';

/** The resources that a connector may make. The connected resources decide which ones it makes. */
const made: Readonly<Record<string, string>> = {
  Policy: 'AWS::IAM::ManagedPolicy',
  QueuePolicy: 'AWS::SQS::QueuePolicy',
  ReadLambdaPermission: 'AWS::Lambda::Permission',
  TopicPolicy: 'AWS::SNS::TopicPolicy',
  WriteLambdaPermission: 'AWS::Lambda::Permission',
};

/**
 * Makes the policies of a connector, and of the connectors in a resource's `Connectors`, whose ids
 * are `<resource><connector>`. If there is a list of destinations, each has its own policies
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
