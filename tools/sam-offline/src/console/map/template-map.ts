import type { Stack } from '../../template/index.ts';
import { idOf, idOfArn, type MapKind, type PlainNode } from './model.ts';

/** The default event bus, which every account has. */
export const DEFAULT_BUS = 'default';

/** An edge that the template defines. */
export interface PlainEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The part of a map that the template defines. It does not change while the stack runs. */
export interface TemplateMap {
  readonly nodes: ReadonlyMap<string, PlainNode>;
  readonly edges: readonly PlainEdge[];
  /** The name of a function by its logical id, by which facts name callers. */
  readonly functionNames: ReadonlyMap<string, string>;
}

/** Draws the map of a template. */
export function templateMap(stack: Stack): TemplateMap {
  const functionNames = new Map(stack.functions.map((fn) => [fn.logicalId, fn.functionName]));
  const fn = (logicalId: string): string =>
    idOf('function', functionNames.get(logicalId) ?? logicalId);
  const edges: PlainEdge[] = [];
  const link = (from: string, to: string | undefined, label: string): void => {
    if (to !== undefined) edges.push({ from, to, label });
  };
  const apis = [
    ...stack.httpApis.map((api) => ({ ...api, id: idOf('http-api', api.apiId) })),
    ...stack.webSocketApis.map((api) => ({ ...api, id: idOf('websocket-api', api.apiId) })),
  ];
  for (const { id, routes } of apis) {
    link(idOf('client', 'clients'), id, '');
    for (const { integration, authorization } of routes) {
      if (integration.type === 'lambda') link(id, fn(integration.functionLogicalId), 'routes');
      if (authorization.type === 'lambda') {
        link(id, fn(authorization.authorizer.functionLogicalId), 'authorizer');
      }
    }
  }
  const tables = new Map(stack.tables.map((table) => [table.logicalId, table.tableName]));
  const queues = new Map(stack.queues.map((queue) => [queue.logicalId, queue.queueName]));
  for (const { source, functionLogicalId } of stack.eventSourceMappings) {
    const to = fn(functionLogicalId);
    if (source.type === 'dynamodb') {
      link(idOf('table', tables.get(source.tableLogicalId) ?? ''), to, 'stream');
      if (source.onFailureArn !== undefined) link(to, idOfArn(source.onFailureArn), 'on failure');
    } else link(idOf('queue', queues.get(source.queueLogicalId) ?? ''), to, 'messages');
  }
  for (const { queueName, attributes } of stack.queues) {
    link(idOf('queue', queueName), deadLetterQueueOf(attributes.RedrivePolicy), 'dead letters');
  }
  for (const { bucketName, notifications, sendsToEventBridge } of stack.buckets) {
    const from = idOf('bucket', bucketName);
    for (const { targetArn, event } of notifications) link(from, idOfArn(targetArn), event);
    if (sendsToEventBridge) link(from, idOf('event-bus', DEFAULT_BUS), 'events');
  }
  for (const { topicArn, protocol, endpoint, attributes } of stack.subscriptions) {
    const from = idOfArn(topicArn) ?? '';
    if (protocol === 'lambda' || protocol === 'sqs') link(from, idOfArn(endpoint), 'subscription');
    link(from, deadLetterQueueOf(attributes.RedrivePolicy), 'dead letters');
  }
  for (const { name, eventBusName, eventPattern, targets } of stack.rules) {
    const rule = idOf('rule', name);
    if (eventPattern !== undefined) link(idOf('event-bus', eventBusName), rule, 'pattern');
    for (const { arn, deadLetterArn } of targets) {
      link(rule, idOfArn(arn), 'target');
      if (deadLetterArn !== undefined) link(rule, idOfArn(deadLetterArn), 'dead letters');
    }
  }
  for (const { name, target } of stack.schedules) {
    const schedule = idOf('schedule', name);
    link(schedule, idOfArn(target.arn), 'target');
    if (target.deadLetterArn !== undefined) {
      link(schedule, idOfArn(target.deadLetterArn), 'dead letters');
    }
  }
  const nodes = new Map<string, PlainNode>();
  const busId = idOf('event-bus', DEFAULT_BUS);
  const hasDefaultBus = edges.some(({ from, to }) => from === busId || to === busId);
  for (const node of nodesOf(stack, hasDefaultBus)) nodes.set(node.id, node);
  return { nodes, edges: distinct(edges, nodes), functionNames };
}

function nodesOf(stack: Stack, hasDefaultBus: boolean): PlainNode[] {
  const node = (kind: MapKind, key: string, name: string, logicalId?: string): PlainNode => ({
    ...{ id: idOf(kind, key), kind, key, name },
    ...(logicalId !== undefined && { logicalId }),
  });
  const byLogicalId = (kind: MapKind, key: string, logicalId: string): PlainNode =>
    node(kind, key, logicalId, logicalId);
  return [
    ...(stack.httpApis.length + stack.webSocketApis.length > 0
      ? [node('client', 'clients', 'clients')]
      : []),
    ...stack.httpApis.map((api) => node('http-api', api.apiId, api.name, api.logicalId)),
    ...stack.webSocketApis.map((api) => node('websocket-api', api.apiId, api.name, api.logicalId)),
    ...stack.functions.map((fn) => byLogicalId('function', fn.functionName, fn.logicalId)),
    ...stack.tables.map((table) => byLogicalId('table', table.tableName, table.logicalId)),
    ...stack.queues.map((queue) => byLogicalId('queue', queue.queueName, queue.logicalId)),
    ...stack.buckets.map((bucket) => byLogicalId('bucket', bucket.bucketName, bucket.logicalId)),
    ...stack.topics.map((topic) => byLogicalId('topic', topic.topicName, topic.logicalId)),
    ...(hasDefaultBus ? [node('event-bus', DEFAULT_BUS, 'default event bus')] : []),
    ...stack.eventBuses.map((bus) => byLogicalId('event-bus', bus.name, bus.logicalId)),
    ...stack.rules.map((rule) => byLogicalId('rule', rule.name, rule.logicalId)),
    ...stack.schedules.map((schedule) =>
      byLogicalId('schedule', schedule.name, schedule.logicalId),
    ),
  ];
}

/** Reads the queue of a `RedrivePolicy`, which is JSON. */
function deadLetterQueueOf(redrivePolicy: string | undefined): string | undefined {
  const arn = /"deadLetterTargetArn"\s*:\s*"([^"]+)"/.exec(redrivePolicy ?? '')?.[1];
  return arn === undefined ? undefined : idOfArn(arn);
}

/** Keeps one edge between two nodes of the stack. The first label counts. */
function distinct(edges: readonly PlainEdge[], nodes: ReadonlyMap<string, unknown>): PlainEdge[] {
  const byEnds = new Map<string, PlainEdge>();
  for (const edge of edges) {
    const key = edgeKey(edge.from, edge.to);
    if (nodes.has(edge.from) && nodes.has(edge.to) && !byEnds.has(key)) byEnds.set(key, edge);
  }
  return [...byEnds.values()];
}

/** The key of an edge. */
export function edgeKey(from: string, to: string): string {
  return `${from} ${to}`;
}
