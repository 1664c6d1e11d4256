import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Events } from '../events/index.ts';
import {
  createStackIdentity,
  ensureQueues,
  ensureTables,
  type ExistingTable,
  type ExpiredItems,
  type QueueService,
  type StackIdentity,
  startDynoxide,
  startQueueService,
  startTimeToLive,
} from '../services/index.ts';
import type { Stack } from '../template/index.ts';

export interface StoresOptions {
  /** The absolute path of the data folder. */
  readonly dataDirectory: string;
  readonly clean: boolean;
  readonly events: Events;
}

/**
 * The services that hold the stack's data: DynamoDB if the stack has tables, SQS if it has queues.
 */
export interface Stores {
  readonly dynamodb?: {
    readonly endpoint: string;
    /** The absolute paths of the files that must stay in the data folder. */
    readonly files: readonly string[];
    readonly tables: readonly ExistingTable[];
    readonly expired: ExpiredItems;
    readonly identity: StackIdentity;
  };
  readonly queues?: QueueService;
  close(): Promise<void>;
}

/** Starts the services that the stack needs at the same time, and makes its tables and queues. */
export async function startStores(stack: Stack, options: StoresOptions): Promise<Stores> {
  const [dynamodb, queues] = await Promise.allSettled([
    startTables(stack, options),
    startQueues(stack, options),
  ]);
  const close = async (): Promise<void> => {
    if (dynamodb.status === 'fulfilled') await dynamodb.value?.close();
    if (queues.status === 'fulfilled') await queues.value?.close();
  };
  if (dynamodb.status === 'rejected' || queues.status === 'rejected') {
    await close();
    throw dynamodb.status === 'rejected'
      ? dynamodb.reason
      : (queues as PromiseRejectedResult).reason;
  }
  return {
    ...(dynamodb.value && { dynamodb: dynamodb.value }),
    ...(queues.value && { queues: queues.value }),
    close,
  };
}

async function startTables(
  stack: Stack,
  { dataDirectory, clean, events }: StoresOptions,
): Promise<(NonNullable<Stores['dynamodb']> & { close(): Promise<void> }) | undefined> {
  if (stack.tables.length === 0) return undefined;
  const folder = join(dataDirectory, 'dynamodb');
  if (clean) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const dbPath = join(folder, 'tables.db');
  const dynoxide = await startDynoxide({ dbPath, events });
  try {
    const tables = await ensureTables(dynoxide.endpoint, stack.tables);
    const timeToLive = startTimeToLive({
      endpoint: dynoxide.endpoint,
      tables: stack.tables,
      events,
    });
    return {
      endpoint: dynoxide.endpoint,
      files: dynoxide.pid === undefined ? [folder] : [folder, dbPath],
      tables,
      expired: timeToLive.expired,
      identity: createStackIdentity(stack, stack.tables, tables),
      async close() {
        await timeToLive.close();
        await dynoxide.close();
      },
    };
  } catch (error) {
    await dynoxide.close();
    throw error;
  }
}

async function startQueues(
  stack: Stack,
  { events }: StoresOptions,
): Promise<QueueService | undefined> {
  if (stack.queues.length === 0) return undefined;
  const { region, accountId } = stack;
  const service = await startQueueService({ region, accountId, events });
  try {
    await ensureQueues(service.endpoint, region, stack.queues);
    return service;
  } catch (error) {
    await service.close();
    throw error;
  }
}
