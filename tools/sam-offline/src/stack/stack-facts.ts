import { join } from 'node:path';
import type { EventOf, StackResource } from '../events/index.ts';
import type { XRayDaemon } from '../insights/index.ts';
import { codeDirectoryOf } from '../source-positions/index.ts';
import { eachApi, type Stack } from '../template/index.ts';

/** The folder in which the facts of a stack are stored. */
export function eventsDirectoryOf(dataDirectory: string): string {
  return join(dataDirectory, 'events');
}

/**
 * The fact that a run begins with: the stack, and the names by which other facts call its
 * resources.
 */
export function startFact(stack: Stack, timeMs: number): EventOf<'stack.started'> {
  const { name: stackName, region, accountId } = stack;
  const resources: StackResource[] = [
    ...stack.functions.map((fn) => ({
      ...({ kind: 'function', logicalId: fn.logicalId, name: fn.functionName } as const),
      codeDirectory: codeDirectoryOf(fn),
    })),
    ...eachApi(stack.httpApis).map((api) => ({
      kind: api.rest !== undefined ? ('rest-api' as const) : ('http-api' as const),
      logicalId: api.logicalId,
      ...{ name: api.apiId, apiName: api.name },
    })),
    ...eachApi(stack.webSocketApis).map(({ logicalId, apiId }) => ({
      ...({ kind: 'websocket-api', logicalId, name: apiId } as const),
    })),
    ...stack.tables.map(({ logicalId, tableName }) => ({
      ...({ kind: 'table', logicalId, name: tableName } as const),
    })),
    ...stack.queues.map(({ logicalId, queueName }) => ({
      ...({ kind: 'queue', logicalId, name: queueName } as const),
    })),
    ...stack.buckets.map(({ logicalId, bucketName }) => ({
      ...({ kind: 'bucket', logicalId, name: bucketName } as const),
    })),
    ...stack.topics.map(({ logicalId, topicName }) => ({
      ...({ kind: 'topic', logicalId, name: topicName } as const),
    })),
  ];
  const of = { stackName, region, accountId, pid: process.pid };
  return { type: 'stack.started', timeMs, ...of, resources };
}

/** The variables that give a function's tracer the address for its segments. */
export function xrayVariables({ host, port }: XRayDaemon): Record<string, string> {
  return {
    AWS_XRAY_DAEMON_ADDRESS: `${host}:${port}`,
    _AWS_XRAY_DAEMON_ADDRESS: host,
    _AWS_XRAY_DAEMON_PORT: String(port),
  };
}
