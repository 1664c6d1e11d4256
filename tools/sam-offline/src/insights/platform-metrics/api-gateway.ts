import type { EventOf, StackEvent } from '../../events/index.ts';
import { memoize, type MetricStore, Recorder } from '../metrics/index.ts';

/**
 * The metrics of `AWS/ApiGateway`, for the three kinds of API. They exist by API, by stage, and
 * with the detailed dimensions (route; method and resource), which have to be switched on at AWS.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html,
 * …/http-api-metrics.html, …/api-gateway-metrics-and-dimensions.html
 */
export function apiGatewayMetrics(store: MetricStore): (event: StackEvent) => void {
  const recorder = new Recorder(store, 'AWS/ApiGateway');
  const webSocket = webSocketMetrics(recorder);
  const http = httpMetrics(recorder);
  const apiNames = new Map<string, string>();

  return (event) => {
    if (event.type === 'http.request') http(event, apiNames);
    else if (event.type === 'stack.started') {
      for (const { kind, name, apiName } of event.resources) {
        if (kind === 'rest-api') apiNames.set(name, apiName ?? name);
      }
    } else webSocket(event);
  };
}

function webSocketMetrics(recorder: Recorder): (event: StackEvent) => void {
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
      integrationError: count('IntegrationError'),
      clientError: count('ClientError'),
      executionError: count('ExecutionError'),
      integrationLatency: recorder.metric('IntegrationLatency', 'Milliseconds', sets),
    };
  });
  return (event) => {
    const { timeMs } = event;
    switch (event.type) {
      case 'connection.refused':
        // "Requests that have a 4XX response returned by API Gateway before the integration is
        // invoked." A handshake that the integration refuses is an IntegrationError, counted below.
        if (event.apiId === undefined || event.stage === undefined) break;
        if (event.by !== 'integration' && event.statusCode < 500) {
          of(event.apiId, event.stage, '$connect').clientError(timeMs, 1);
        } else if (event.by !== 'integration') {
          of(event.apiId, event.stage, '$connect').executionError(timeMs, 1);
        }
        break;
      case 'message.received': {
        const metrics = of(event.apiId, event.stage, event.routeKey ?? '');
        metrics.messageCount(timeMs, 1);
        if (event.refused !== undefined) metrics.clientError(timeMs, 1);
        break;
      }
      case 'frame.sent':
        // "Messages sent to the WebSocket API, either from or to the client."
        of(event.apiId, event.stage, '').messageCount(timeMs, 1);
        break;
      case 'connections.call':
        if (event.frameBytes === undefined || event.apiId === undefined) break;
        of(event.apiId, event.stage ?? '', '').messageCount(timeMs, 1);
        break;
      case 'route.integrated': {
        const metrics = of(event.apiId, event.stage, event.routeKey);
        const { outcome, statusCode = 200, latencyMs } = event.integration;
        // "The number of messages sent to the $connect route integration", whatever its response
        // is.
        if (event.routeKey === '$connect') metrics.connectCount(timeMs, 1);
        metrics.integrationLatency(timeMs, latencyMs);
        // The frame that responds.
        if (event.frameBytes !== undefined)
          of(event.apiId, event.stage, '').messageCount(timeMs, 1);
        // "Requests that return a 4XX/5XX response from the integration."
        metrics.integrationError(timeMs, outcome === 'responded' && statusCode >= 400 ? 1 : 0);
        metrics.executionError(timeMs, outcome === 'responded' ? 0 : 1);
        break;
      }
    }
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
