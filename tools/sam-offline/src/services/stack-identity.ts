import type { Stack, Table } from '../template/index.ts';
import type { ExistingTable } from './tables.ts';

/** Translates between the ARNs of the template and those of the DynamoDB that runs here. */
export interface StackIdentity {
  readonly region: string;
  readonly accountId: string;
  /** From the stack's ARNs to the local DynamoDB's, anywhere in a text. */
  toLocal(text: string): string;
  toStack(text: string): string;
}

/**
 * Dynoxide names everything `arn:aws:dynamodb:dynoxide:000000000000:…` and labels streams itself,
 * where functions were given the ARNs of the template (`!GetAtt Table.StreamArn`).
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
    // `ListStreams` and others give the label by itself too.
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

/** `arn:…:table/posts/stream/2026-01-01T00:00:00.000`: what is behind the last slash. */
function streamLabel(streamArn: string): string {
  return streamArn.slice(streamArn.lastIndexOf('/') + 1);
}
