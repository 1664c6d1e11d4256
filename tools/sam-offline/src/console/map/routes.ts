import * as z from 'zod';
import { type ConsoleContext, range, rangeKey, rangeOf } from '../api/index.ts';
import { route, type Route } from '../http/index.ts';
import { Kept } from '../kept/index.ts';
import { type Count, MapCounts } from './map-counts.ts';
import type { MapEdge, MapNode, MapResponse, PlainNode } from './model.ts';
import { edgeKey, type TemplateMap, templateMap } from './template-map.ts';

/** The stack as a graph. */
export function mapRoutes({ stack, insights, actions, nowMs }: ConsoleContext): Route[] {
  const map = templateMap(stack);
  const kept = new Kept(
    (wanted, lengthSeconds) => new MapCounts(insights, map, wanted, Number(lengthSeconds) * 1000),
    nowMs,
  );
  return [
    route({
      method: 'GET',
      path: '/api/map',
      operationId: 'getMap',
      summary: 'The stack as a graph, from the template and from the recorded calls.',
      response: 'Nodes and edges with calls and errors in the time range.',
      query: z.object(range),
      async handle({ query }): Promise<MapResponse> {
        const asked = rangeOf(query, nowMs());
        const counts = await kept.of(asked, rangeKey(asked));
        const sums = counts.since(asked.startMs);
        const open = openConnections(actions);
        return {
          ...asked,
          nodes: [...map.nodes.values()].map((node) => counted(node, sums, concurrencyOf(node))),
          edges: edgesOf(map, sums),
        };

        function concurrencyOf({ kind, key }: PlainNode): number | undefined {
          switch (kind) {
            case 'client':
              return open.total;
            case 'websocket-api':
              return open.byApi.get(key) ?? 0;
            case 'function':
              return counts.runningOf(key);
            default:
              return undefined;
          }
        }
      },
    }),
  ];
}

function counted(
  node: PlainNode,
  sums: ReadonlyMap<string, Readonly<Count>>,
  concurrency: number | undefined,
): MapNode {
  const { calls = 0, errors = 0 } = sums.get(node.id) ?? {};
  return { ...node, calls, errors, concurrency };
}

/** The edges of the template, and those that only calls have shown. */
function edgesOf(map: TemplateMap, sums: ReadonlyMap<string, Readonly<Count>>): MapEdge[] {
  const edges = new Map<string, MapEdge>();
  for (const edge of map.edges) {
    edges.set(edgeKey(edge.from, edge.to), { ...edge, calls: 0, isSeen: false });
  }
  for (const [key, { calls, edge }] of sums) {
    if (edge !== undefined) edges.set(key, { ...edge, ...edges.get(key), calls, isSeen: true });
  }
  return [...edges.values()];
}

function openConnections(actions: ConsoleContext['actions']) {
  const byApi = new Map<string, number>();
  let total = 0;
  for (const { apiId } of actions.connections.list()) {
    total++;
    byApi.set(apiId, (byApi.get(apiId) ?? 0) + 1);
  }
  return { total, byApi };
}
