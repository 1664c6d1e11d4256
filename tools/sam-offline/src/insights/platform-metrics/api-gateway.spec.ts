import type { StackEvent } from '../../events/index.ts';
import { MetricStore } from '../metrics/metric-store.ts';
import { NOW_MS } from '../testing/facts.ts';
import { platformMetrics } from './index.ts';

const API = { apiId: 'a1b2c3d4e5', stage: 'dev', connectionId: 'c=' } as const;

function storeOf(...events: readonly StackEvent[]): MetricStore {
  const store = new MetricStore();
  const add = platformMetrics(store);
  for (const event of events) add(event);
  return store;
}

/** The sum of a metric under some dimensions; undefined where it has no value. */
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
    const store = storeOf(frame, frame, message());
    expect(sumOf(store, 'MessageCount', { ApiId: API.apiId })).toBe(3);
    expect(sumOf(store, 'MessageCount', { ApiId: API.apiId, Stage: 'dev' })).toBe(3);
    const route = { ApiId: API.apiId, Stage: 'dev', Route: 'subscribe' };
    expect(sumOf(store, 'MessageCount', route)).toBe(1);
  });

  it('count connections that open, and messages that are refused', () => {
    const opened = { type: 'connection.opened', requestId: 'r', sourceIp: '127.0.0.1' } as const;
    const store = storeOf(
      { ...opened, timeMs: NOW_MS, ...API, durationMs: 1, open: 1 },
      message('forbidden'),
    );
    expect(sumOf(store, 'ConnectCount', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'ClientError', { ApiId: API.apiId })).toBe(1);
  });

  it('tell an integration that answers an error from one that fails', () => {
    const ended = (outcome: 'answered' | 'failed', statusCode?: number): StackEvent => ({
      ...{ type: 'route.integrated', timeMs: NOW_MS, ...API, requestId: 'r' },
      ...{ routeKey: '$default', integration: { outcome, statusCode, latencyMs: 4 } },
    });
    const store = storeOf(ended('answered', 200), ended('answered', 500), ended('failed'));
    expect(sumOf(store, 'IntegrationError', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'ExecutionError', { ApiId: API.apiId })).toBe(1);
    expect(sumOf(store, 'IntegrationLatency', { ApiId: API.apiId })).toBe(12);
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
