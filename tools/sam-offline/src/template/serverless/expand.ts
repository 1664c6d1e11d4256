import type { ResourceEntry } from '../entries.ts';
import { expandFunction } from './function.ts';
import { expandHttpApi, expandRestApi, implicitApis } from './http-api.ts';
import { expandWebSocketApi } from './web-socket-api.ts';
import type { ExpansionContext, ExpandedResources, Expansion } from './expansion.ts';

/**
 * Adds what SAM makes of the `AWS::Serverless::*` resources, under the logical ids that it documents
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html),
 * because templates refer to them.
 */
export function expandServerless(
  written: readonly ResourceEntry[],
  context: ExpansionContext,
): ExpandedResources {
  const entries = new Map<string, ResourceEntry>();
  const aliases = new Map<string, string>();
  const hashed = new Map<string, ResourceEntry>();
  for (const entry of [...written, ...implicitApis(written, context)]) {
    const expansion = expand(entry, written, context);
    for (const made of expansion.entries) {
      // What the template itself declares under a generated id goes first.
      if (
        made.generatedBy !== undefined &&
        written.some((one) => one.logicalId === made.logicalId)
      ) {
        continue;
      }
      entries.set(made.logicalId, made);
    }
    for (const [name, id] of Object.entries(expansion.aliases ?? {})) aliases.set(name, id);
    for (const [prefix, made] of Object.entries(expansion.hashed ?? {})) hashed.set(prefix, made);
  }
  const open = written.filter(({ type }) => isOpen(type));
  return { entries, aliases, hashed, open };
}

function expand(
  entry: ResourceEntry,
  written: readonly ResourceEntry[],
  context: ExpansionContext,
): Expansion {
  switch (entry.type) {
    case 'AWS::Serverless::Function':
      return expandFunction(entry, context);
    case 'AWS::Serverless::HttpApi':
      return expandHttpApi(entry, written);
    case 'AWS::Serverless::Api':
      return expandRestApi(entry, written);
    case 'AWS::Serverless::WebSocketApi':
      return expandWebSocketApi(entry, context);
    case 'AWS::Serverless::LayerVersion':
      return { entries: [entry], hashed: { [entry.logicalId]: entry } };
    case 'AWS::Serverless::StateMachine':
      return { entries: [{ ...entry, references: [] }, roleOf(entry)] };
    default:
      // What a SAM resource refers to is spread over what it makes, so it waits for nothing itself.
      return { entries: [isOpen(entry.type) ? { ...entry, references: [] } : entry] };
  }
}

const emulated = ['Api', 'Function', 'HttpApi', 'LayerVersion', 'SimpleTable', 'WebSocketApi'];

function isOpen(type: string): boolean {
  const [, service, kind = ''] = type.split('::');
  return service === 'Serverless' && !emulated.includes(kind);
}

function roleOf(entry: ResourceEntry): ResourceEntry {
  return {
    ...entry,
    logicalId: `${entry.logicalId}Role`,
    type: 'AWS::IAM::Role',
    properties: {},
    generatedBy: entry.logicalId,
  };
}
