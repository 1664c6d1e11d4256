import type { EventOf } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';
import type { MetricReaders } from './readers.ts';

/**
 * The metrics of `AWS/ApiGateway`, for the three kinds of API. They exist by API, by stage, and
 * with the detailed dimensions (route; method and resource), which have to be switched on at AWS.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html,
 * …/http-api-metrics.html, …/api-gateway-metrics-and-dimensions.html
 */
export function apiGatewayMetrics(store: MetricStore): MetricReaders {
  const recorder = new Recorder(store, 'AWS/ApiGateway');
  const http = httpMetrics(recorder);
  const apiNames = new Map<string, string>();
  return {
    ...webSocketMetrics(recorder),
    'http.request'(event) {
      http(event, apiNames);
    },
    'stack.started'({ resources }) {
      for (const { kind, name, apiName } of resources) {
        if (kind === 'rest-api') apiNames.set(name, apiName ?? name);
      }
    },
  };
}

function webSocketMetrics(recorder: Recorder): MetricReaders {
  const of = memoize((apiId: string, stage: string, route: string) => {
    const sets = [
      { ApiId: apiId },
      { ApiId: apiId, Stage: stage },
      ...(route === '' ? [] : [{ ApiId: apiId, Stage: stage, Route: route }]),
    ];
    const count = (name: string) => recorder.metric(name, 'Count', sets);
    return {
      connectCount: count('ConnectCount'),
      messageCount: count('MessageCount'),
      // Frames to clients do not count for a route.
      frameCount: recorder.metric('MessageCount', 'Count', sets.slice(0, 2)),
      integrationError: count('IntegrationError'),
      clientError: count('ClientError'),
      executionError: count('ExecutionError'),
      integrationLatency: recorder.metric('IntegrationLatency', 'Milliseconds', sets),
    };
  });
  return {
    'connection.refused'({ timeMs, apiId, stage, by, statusCode }) {
      // "Requests that have a 4XX response returned by API Gateway before the integration is
      // invoked." A handshake that the integration refuses is an IntegrationError, counted below.
      if (apiId === undefined || stage === undefined || by === 'integration') return;
      const metrics = of(apiId, stage, '$connect');
      (statusCode < 500 ? metrics.clientError : metrics.executionError)(timeMs, 1);
    },
    'message.received'({ timeMs, apiId, stage, routeKey = '', refused }) {
      const metrics = of(apiId, stage, routeKey);
      // "Messages sent to the WebSocket API, either from or to the client."
      metrics.messageCount(timeMs, 1);
      if (refused !== undefined) metrics.clientError(timeMs, 1);
    },
    'frame.sent'({ timeMs, apiId, stage }) {
      of(apiId, stage, '').frameCount(timeMs, 1);
    },
    'connections.call'({ timeMs, apiId, stage = '', frameBytes }) {
      if (frameBytes !== undefined && apiId !== undefined) {
        of(apiId, stage, '').frameCount(timeMs, 1);
      }
    },
    'route.integrated'({ timeMs, apiId, stage, routeKey, integration, frameBytes }) {
      const metrics = of(apiId, stage, routeKey);
      const { outcome, statusCode = 200, latencyMs } = integration;
      // "The number of messages sent to the $connect route integration", whatever its response
      // is.
      if (routeKey === '$connect') metrics.connectCount(timeMs, 1);
      if (frameBytes !== undefined) metrics.frameCount(timeMs, 1);
      metrics.integrationLatency(timeMs, latencyMs);
      // "Requests that return a 4XX/5XX response from the integration."
      metrics.integrationError(timeMs, outcome === 'responded' && statusCode >= 400 ? 1 : 0);
      metrics.executionError(timeMs, outcome === 'responded' ? 0 : 1);
    },
  };
}

function httpMetrics(
  recorder: Recorder,
): (event: EventOf<'http.request'>, apiNames: ReadonlyMap<string, string>) => void {
  const of = memoize(
    (kind: string, api: string, stage: string, method: string, resource: string) => {
      const name = kind === 'rest-api' ? 'ApiName' : 'ApiId';
      const sets: Record<string, string>[] = [{ [name]: api }, { [name]: api, Stage: stage }];
      if (method !== '') {
        sets.push({ [name]: api, Stage: stage, Method: method, Resource: resource });
      }
      const errors = kind === 'rest-api' ? ['4XXError', '5XXError'] : ['4xx', '5xx'];
      const count = (metric = '') => recorder.metric(metric, 'Count', sets);
      return {
        count: count('Count'),
        clientErrors: count(errors[0]),
        serverErrors: count(errors[1]),
        latency: recorder.metric('Latency', 'Milliseconds', sets),
        integrationLatency: recorder.metric('IntegrationLatency', 'Milliseconds', sets),
        dataProcessed: recorder.metric('DataProcessed', 'Bytes', sets),
      };
    },
  );
  return (event, apiNames) => {
    const { kind, apiId, stage, routeKey, timeMs, statusCode } = event;
    if (kind === 'function-url' || apiId === undefined || stage === undefined) return;
    const [method = '', resource = ''] = routeKey?.split(' ') ?? [];
    const api = kind === 'rest-api' ? (apiNames.get(apiId) ?? apiId) : apiId;
    const metrics = of(kind, api, stage, resource === '' ? '' : method, resource);
    metrics.count(timeMs, 1);
    metrics.clientErrors(timeMs, statusCode >= 400 && statusCode < 500 ? 1 : 0);
    metrics.serverErrors(timeMs, statusCode >= 500 ? 1 : 0);
    metrics.latency(timeMs, event.durationMs);
    if (event.integration !== undefined) {
      metrics.integrationLatency(timeMs, event.integration.latencyMs);
    }
    if (kind === 'http-api')
      metrics.dataProcessed(timeMs, event.requestBytes + event.responseBytes);
  };
}
