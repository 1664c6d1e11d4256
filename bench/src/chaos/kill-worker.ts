import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionsTable } from '@blogapp/broadcast';
import type { ConnectionsPeer, LocalServices, TestQueues } from '@blogapp/broadcast/testing';

export interface KillOptions {
  readonly services: LocalServices;
  readonly queues: TestQueues;
  readonly table: ConnectionsTable;
  readonly peer: ConnectionsPeer;
  /** After how many pushes the worker is killed. */
  readonly afterPushes: number;
}

/** The message that a worker process receives from its parent. */
export interface WorkerTask extends TestQueues {
  readonly dynamoDbEndpoint: string;
  readonly sqsEndpoint: string;
  readonly tableName: string;
  readonly shards: number;
  readonly endpoint: string;
}

/** Lets a real worker process take tasks from the queue, and kills it in the middle of one. */
export async function killWorkerMidway(options: KillOptions): Promise<void> {
  const { services, queues, table, peer, afterPushes } = options;
  const worker = fork(join(import.meta.dirname, 'worker.ts'), [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(worker, 'exit');
  const task: WorkerTask = {
    ...queues,
    dynamoDbEndpoint: services.dynamoDbEndpoint,
    sqsEndpoint: services.sqsEndpoint,
    tableName: table.tableName,
    shards: table.shards,
    endpoint: peer.endpoint,
  };
  worker.send(task);
  const before = peer.requests;
  while (peer.requests - before < afterPushes && worker.exitCode === null) await delay(1);
  worker.kill('SIGKILL');
  await ended;
}
