import * as z from 'zod';
import type { EventType } from '../../events/index.ts';
import type { LambdaFunction } from '../../template/index.ts';
import { route, type Route } from '../http/index.ts';
import { maskSecrets } from '../mask.ts';
import type { ConsoleContext } from './context.ts';
import { flag, range, rangeOf } from './ranges.ts';

/** A resource on the map. */
export interface MapNode {
  readonly id: string;
  readonly kind: 'client' | 'http-api' | 'websocket-api' | 'function' | 'table' | 'queue';
  readonly name: string;
  readonly logicalId?: string | undefined;
  /** How often it was called in the time range, and how often that failed. */
  readonly calls: number;
  readonly errors: number;
  /** Invocations that run now, or open connections. */
  readonly concurrency?: number | undefined;
}

/** Who calls whom: of the template, or seen. */
export interface MapEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly calls: number;
  readonly isSeen: boolean;
}

export interface MapResponse {
  readonly startMs: number;
  readonly endMs: number;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** The stack itself: its resources, and how they are connected. */
export function stackRoutes(context: ConsoleContext): Route[] {
  const { stack, outputs, nowMs } = context;
  return [
    route({
      method: 'GET',
      path: '/api/stack',
      operationId: 'getStack',
      summary: 'The stack: outputs, APIs with their routes, functions, tables, queues.',
      response: 'The template’s model; values of secrets are masked.',
      query: z.object({ reveal: flag.describe('Show secrets too.') }),
      handle({ query }) {
        const { dashboards, warnings, ...model } = stack;
        return {
          name: model.name,
          ...{ region: model.region, accountId: model.accountId, templatePath: model.templatePath },
          ...{ outputs: outputs(), warnings, dashboards: dashboards.map(({ name }) => name) },
          functions: model.functions.map((fn) => functionOf(fn, query.reveal)),
          ...{ httpApis: model.httpApis, webSocketApis: model.webSocketApis },
          ...{ tables: model.tables.map(({ tableName }) => tableName) },
          ...{ queues: model.queues.map(({ queueName }) => queueName) },
          eventSourceMappings: model.eventSourceMappings,
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/map',
      operationId: 'getMap',
      summary: 'The stack as a graph, from the template and from what was seen to be called.',
      response: 'Nodes and edges with calls and errors in the time range.',
      query: z.object(range),
      handle: ({ query }) => mapOf(context, rangeOf(query, nowMs())),
    }),
  ];
}

function functionOf(fn: LambdaFunction, reveal: boolean): object {
  const { environment, ...rest } = fn;
  return { ...rest, environment: reveal ? environment : maskSecrets(environment) };
}

const CALLS: readonly EventType[] = [
  'http.request',
  'connection.opened',
  'connection.refused',
  'message.received',
  'invocation.queued',
  'invocation.answered',
  'invocation.failed',
  'invocation.timed-out',
  'invocation.throttled',
  'aws.call',
  'connections.call',
  'batch.read',
];

async function mapOf(
  { stack, insights, actions }: ConsoleContext,
  time: { startMs: number; endMs: number },
): Promise<MapResponse> {
  const nodes = new Map<
    string,
    { node: Omit<MapNode, 'calls' | 'errors'>; calls: number; errors: number }
  >();
  const edges = new Map<
    string,
    { from: string; to: string; label: string; calls: number; isSeen: boolean }
  >();
  const add = (node: Omit<MapNode, 'calls' | 'errors'>): void => {
    nodes.set(node.id, { node, calls: 0, errors: 0 });
  };
  const link = (from: string, to: string, label: string, calls = 0): void => {
    if (!nodes.has(from) || !nodes.has(to)) return;
    const key = `${from} ${to}`;
    const edge = edges.get(key);
    if (edge === undefined) edges.set(key, { from, to, label, calls, isSeen: calls > 0 });
    else {
      edge.calls += calls;
      edge.isSeen ||= calls > 0;
    }
  };
  const count = (id: string, isError: boolean): void => {
    const node = nodes.get(id);
    if (node === undefined) return;
    node.calls++;
    if (isError) node.errors++;
  };
  const open = [...actions.connections.list()];
  const running = new Map<string, number>();

  if (stack.httpApis.length + stack.webSocketApis.length > 0) {
    add({ id: 'clients', kind: 'client', name: 'clients', concurrency: open.length });
  }
  for (const { apiId, name, logicalId } of stack.httpApis)
    add({ id: apiId, kind: 'http-api', name, logicalId });
  for (const { apiId, name, logicalId } of stack.webSocketApis) {
    const concurrency = open.filter((connection) => connection.apiId === apiId).length;
    add({ id: apiId, kind: 'websocket-api', name, logicalId, concurrency });
  }
  const logicalIds = new Map(stack.functions.map((fn) => [fn.logicalId, fn.functionName]));
  for (const { functionName, logicalId } of stack.functions) {
    add({ id: functionName, kind: 'function', name: logicalId, logicalId });
  }
  for (const { tableName, logicalId } of stack.tables) {
    add({ id: tableName, kind: 'table', name: logicalId, logicalId });
  }
  for (const { queueName, logicalId } of stack.queues) {
    add({ id: queueName, kind: 'queue', name: logicalId, logicalId });
  }
  const nameOf = (logicalId: string): string => logicalIds.get(logicalId) ?? logicalId;

  for (const api of [...stack.httpApis, ...stack.webSocketApis]) {
    link('clients', api.apiId, '');
    for (const { integration, authorization } of api.routes) {
      if (integration.type === 'lambda')
        link(api.apiId, nameOf(integration.functionLogicalId), 'routes');
      if (authorization.type === 'lambda') {
        link(api.apiId, nameOf(authorization.authorizer.functionLogicalId), 'authorizer');
      }
    }
  }
  for (const { source, functionLogicalId } of stack.eventSourceMappings) {
    const from =
      source.type === 'dynamodb'
        ? stack.tables.find(({ logicalId }) => logicalId === source.tableLogicalId)?.tableName
        : stack.queues.find(({ logicalId }) => logicalId === source.queueLogicalId)?.queueName;
    if (from !== undefined) {
      link(from, nameOf(functionLogicalId), source.type === 'dynamodb' ? 'stream' : 'messages');
    }
  }
  for (const queue of stack.queues) {
    const target = stack.queues.find(({ arn }) =>
      queue.attributes.RedrivePolicy?.includes(`"${arn}"`),
    );
    if (target !== undefined) link(queue.queueName, target.queueName, 'dead letters');
  }
  const byArn = new Map(stack.queues.map(({ arn, queueName }) => [arn, queueName]));
  for (const { source, functionLogicalId } of stack.eventSourceMappings) {
    const to = source.type === 'dynamodb' ? byArn.get(source.onFailureArn ?? '') : undefined;
    if (to !== undefined) link(nameOf(functionLogicalId), to, 'on failure');
  }

  for await (const { event } of insights.events({ types: CALLS, ...time })) {
    switch (event.type) {
      case 'http.request':
        count(event.apiId ?? '', event.statusCode >= 500);
        if (event.apiId !== undefined) link('clients', event.apiId, '', 1);
        if (event.integration?.functionName !== undefined) {
          link(event.apiId ?? '', event.integration.functionName, 'routes', 1);
        }
        break;
      case 'connection.opened':
      case 'connection.refused':
      case 'message.received':
        count(event.apiId ?? '', event.type === 'connection.refused');
        if (event.apiId !== undefined) link('clients', event.apiId, '', 1);
        break;
      case 'invocation.queued':
        running.set(event.functionName, (running.get(event.functionName) ?? 0) + 1);
        break;
      case 'invocation.answered':
      case 'invocation.failed':
      case 'invocation.timed-out':
        running.set(event.functionName, Math.max(0, (running.get(event.functionName) ?? 0) - 1));
        count(event.functionName, event.type !== 'invocation.answered');
        break;
      case 'invocation.throttled':
        count(event.functionName, true);
        break;
      case 'aws.call': {
        const from = nameOf(event.caller ?? '');
        const names = event.resources?.map(({ name }) => name) ?? [event.resource ?? ''];
        for (const name of names) {
          count(name, event.statusCode >= 500);
          link(from, name, event.service, 1);
        }
        break;
      }
      case 'connections.call':
        link(nameOf(event.caller ?? ''), event.apiId ?? '', '@connections', 1);
        break;
      case 'batch.read':
        link(event.sourceName, event.functionName, 'stream', 1);
        break;
      default:
    }
  }
  return {
    ...time,
    nodes: [...nodes.values()].map(({ node, calls, errors }) => {
      const concurrency = node.kind === 'function' ? (running.get(node.id) ?? 0) : node.concurrency;
      return { ...node, calls, errors, concurrency };
    }),
    edges: [...edges.values()],
  };
}
