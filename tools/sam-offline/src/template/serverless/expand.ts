import type { ResourceEntry } from '../entries.ts';
import { expandHttpApi, expandRestApi, implicitApis } from './api.ts';
import { connectorsOf } from './connectors.ts';
import type { ExpandedResources, Expansion, ExpansionContext, IdPattern } from './expansion.ts';
import { deadLetterQueue } from './event-resources.ts';
import { eventsOf } from './events.ts';
import { expandFunction } from './function.ts';
import { generated, hashed } from './generated.ts';
import { expandWebSocketApi } from './web-socket-api.ts';

/**
 * Adds the resources that SAM generates from `AWS::Serverless::*` resources, with the documented
 * logical ids
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html),
 * because templates refer to them.
 */
export function expandServerless(context: ExpansionContext): ExpandedResources {
  const { written } = context;
  const entries = new Map<string, ResourceEntry>();
  const aliases = new Map<string, string>();
  const patterns: IdPattern[] = [];
  // A resource of the template takes precedence over a generated one with the same id.
  const declared = new Set(written.map(({ logicalId }) => logicalId));
  for (const entry of [...written, ...implicitApis(context)]) {
    const expansion = expand(entry, context);
    for (const made of [...expansion.entries, ...connectorsOf(entry)]) {
      if (made.generatedBy !== undefined && declared.has(made.logicalId)) continue;
      entries.set(made.logicalId, made);
    }
    for (const [name, id] of Object.entries(expansion.aliases ?? {})) aliases.set(name, id);
    patterns.push(...(expansion.patterns ?? []));
  }
  return { entries, aliases, patterns };
}

function expand(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId, type } = entry;
  switch (type) {
    case 'AWS::Serverless::Function':
      return expandFunction(entry, context);
    case 'AWS::Serverless::HttpApi':
      return expandHttpApi(entry, context);
    case 'AWS::Serverless::Api':
      return expandRestApi(entry, context);
    case 'AWS::Serverless::WebSocketApi':
      return expandWebSocketApi(entry, context);
    case 'AWS::Serverless::LayerVersion':
      return { entries: [entry], patterns: [hashed(logicalId, entry)] };
    case 'AWS::Serverless::SimpleTable':
    case 'AWS::Serverless::Connector':
      return { entries: [entry] };
    case 'AWS::Serverless::StateMachine':
      return anything(entry, [
        generated(entry, `${logicalId}Role`, 'AWS::IAM::Role'),
        ...eventsOf(entry).flatMap((event) => deadLetterQueue(entry, event)),
      ]);
    default:
      return type.startsWith('AWS::Serverless::') ? anything(entry) : { entries: [entry] };
  }
}

/**
 * Expands a SAM resource that is not emulated. Any id that starts with its id may be generated. It
 * has no dependencies itself, because its references are distributed to the generated resources.
 */
function anything(entry: ResourceEntry, made: readonly ResourceEntry[] = []): Expansion {
  return {
    entries: [{ ...entry, references: [] }, ...made],
    aliases: {},
    patterns: [{ pattern: new RegExp(`^${entry.logicalId}`), entry }],
  };
}
