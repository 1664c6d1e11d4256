import type { StackEvent } from '../../events/index.ts';
import { MetricStore } from '../metrics/index.ts';
import { NOW_MS } from '../testing/facts.ts';
import { platformMetrics } from './index.ts';

const API = { apiId: 'a1b2c3d4e5', stage: 'dev', connectionId: 'c=' } as const;

function storeOf(...events: readonly StackEvent[]): MetricStore {
  const store = new MetricStore();
  const add = platformMetrics(store);
  for (const event of events) add(event);
  return store;
}

/** The sum of a metric with some dimensions. Undefined if it has no value. */
function sumOf(store: MetricStore, name: string, dimensions: Record<string, string>) {
  const [point] = store.query({
    ...{ namespace: 'AWS/ApiGateway', name, dimensions, statistics: ['Sum'] },
    ...{ startMs: NOW_MS - 60_000, endMs: NOW_MS + 60_000, periodSeconds: 3600 },
  });
  return point?.statistics.Sum;
}

describe('the metrics of a WebSocket API', () => {
  const frame: StackEvent = {
    ...{ type: 'frame.sent', timeMs: NOW_MS, ...API, bytes: 10, cause: 'push' },
  };
  const message = (refused?: 'forbidden'): StackEvent => ({
    ...{ type: 'message.received', timeMs: NOW_MS, ...API, requestId: 'r', bytes: 5, refused },
    routeKey: 'subscribe',
  });

  it('count messages of both directions, those of clients by route too', () => {
    const call: StackEvent = {
      ...{ type: 'connections.call', timeMs: NOW_MS, ...API, method: 'POST', statusCode: 200 },
      ...{ bytes: 8, frameBytes: 10, durationMs: 1 },
    };
    const gone: StackEvent = { ...call, statusCode: 410, frameBytes: undefined };
    const responded: StackEvent = {
      ...{ type: 'route.integrated', timeMs: NOW_MS, ...API, requestId: 'r', frameBytes: 10 },
      ...{ routeKey: 'subscribe', integration: { outcome: 'responded', latencyMs: 4 } },
    };
    const silent: StackEvent = { ...responded, frameBytes: undefined };
    const store = storeOf(frame, call, gone, message(), responded, silent);
    expect(sumOf(store, 'MessageCount', { ApiId: API.apiId })).toBe(4);
    expect(sumOf(store, 'MessageCount', { ApiId: API.apiId, Stage: 'dev' })).toBe(4);
    const route = { ApiId: API.apiId, Stage: 'dev', Route: 'subscribe' };
    expect(sumOf(store, 'MessageCount', route)).toBe(1);
  });

  const ended = (
    outcome: 'responded' | 'failed',
    statusCode?: number,
    routeKey = '$default',
  ): StackEvent => ({
    ...{ type: 'route.integrated', timeMs: NOW_MS, ...API, requestId: 'r' },
    ...{ routeKey, integration: { outcome, statusCode, latencyMs: 4 } },
  });

  it('tell an integration that responds with an error from one that fails', () => {
    const store = storeOf(ended('responded', 200), ended('responded', 500), ended('failed'));
    expect(sumOf(store, 'IntegrationError', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'ExecutionError', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'IntegrationLatency', { ApiId: API.apiId })).toBe(12);
  });

  it('count a handshake that the function refuses as an error of the integration', () => {
    const refused = (by: 'integration' | 'authorizer'): StackEvent => ({
      ...{ type: 'connection.refused', timeMs: NOW_MS, ...API, requestId: 'r', by },
      ...{ statusCode: 401, durationMs: 1 },
    });
    const store = storeOf(
      ended('responded', 200, '$connect'),
      ...[ended('responded', 401, '$connect'), refused('integration')],
      refused('authorizer'),
    );
    expect(sumOf(store, 'ConnectCount', { ApiId: API.apiId })).toBe(2);
    expect(sumOf(store, 'IntegrationError', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'ClientError', { ApiId: API.apiId })).toBe(1);
  });

  it('count a message that is refused before there is an integration', () => {
    expect(sumOf(storeOf(message('forbidden')), 'ClientError', { ApiId: API.apiId })).toBe(1);
  });
});

describe('the metrics of an HTTP API', () => {
  const request = (statusCode: number, api: { apiId?: string; stage?: string }): StackEvent => ({
    ...{ type: 'http.request', timeMs: NOW_MS, kind: 'http-api', requestId: 'r', ...api },
    ...{ method: 'GET', path: '/', statusCode, durationMs: 2, requestBytes: 0, responseBytes: 7 },
  });

  it('count requests, errors, latency and bytes', () => {
    const api = { apiId: 'h1', stage: '$default' };
    const store = storeOf(request(200, api), request(404, api), request(503, api));
    const sums = ['Count', '4xx', '5xx', 'Latency', 'DataProcessed'].map((name) =>
      sumOf(store, name, { ApiId: 'h1' }),
    );
    expect(sums).toEqual([3, 1, 1, 6, 21]);
  });

  it('do not count a request that reached no API', () => {
    expect(storeOf(request(431, {})).list({ namespace: 'AWS/ApiGateway' })).toEqual([]);
  });
});
