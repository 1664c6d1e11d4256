import type { Stack, Table } from '../template/index.ts';
import type { ExistingTable } from './tables.ts';

/** Translates between the ARNs of the template and those of the local DynamoDB. */
export interface StackIdentity {
  readonly region: string;
  readonly accountId: string;
  /** Replaces the stack's ARNs in a text with those of the local DynamoDB. */
  toLocal(text: string): string;
  toStack(text: string): string;
}

/**
 * Makes the translation. Dynoxide uses ARNs such as `arn:aws:dynamodb:dynoxide:000000000000:…` and
 * its own stream labels, but functions have the ARNs of the template (`!GetAtt Table.StreamArn`).
 */
export function createStackIdentity(
  stack: Pick<Stack, 'region' | 'accountId'>,
  tables: readonly Pick<Table, 'tableName' | 'streamArn'>[],
  existing: readonly ExistingTable[],
): StackIdentity {
  const pairs: [local: string, stack: string][] = [];
  for (const { tableName, streamArn } of tables) {
    const local = existing.find((table) => table.tableName === tableName)?.streamArn;
    if (local === undefined || streamArn === undefined) continue;
    // `ListStreams` and other operations also return the label alone.
    pairs.push([local, streamArn], [streamLabel(local), streamLabel(streamArn)]);
  }
  const localPrefix = /^arn:.*?:table\//.exec(existing[0]?.arn ?? '')?.[0];
  if (localPrefix !== undefined) {
    pairs.push([localPrefix, `arn:aws:dynamodb:${stack.region}:${stack.accountId}:table/`]);
  }
  return {
    region: stack.region,
    accountId: stack.accountId,
    toLocal: (text) => pairs.reduce((result, [local, own]) => result.replaceAll(own, local), text),
    toStack: (text) => pairs.reduce((result, [local, own]) => result.replaceAll(local, own), text),
  };
}

/**
 * Gives the label of `arn:…:table/posts/stream/2026-01-01T00:00:00.000`, which is the part after
 * the last slash.
 */
function streamLabel(streamArn: string): string {
  return streamArn.slice(streamArn.lastIndexOf('/') + 1);
}
