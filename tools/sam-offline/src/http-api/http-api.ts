import { compileIntegration, pathInStage, routeThrottle } from '../gateway/index.ts';
import { newGatewayId } from '../ids/index.ts';
import type { HttpApi, HttpRoute, HttpServiceRoute, MappedRoute } from '../template/index.ts';
import type { HttpResponse } from './response.ts';
import {
  badRequest,
  integrationTimedOut,
  internalServerError,
  notFound,
  payloadTooLarge,
  serviceUnavailable,
  tooManyRequests,
} from './response.ts';
import type { Authorization } from './authorization.ts';
import { createAuthorizer } from './authorizer.ts';
import { isPreflight, preflightHeaders, withCors } from './cors.ts';
import { createEventV1 } from './event-v1.ts';
import { createEventV2 } from './event-v2.ts';
import { DeployedStage } from './deployed-stage.ts';
import { parseFunctionResult } from './function-result.ts';
import { isDisabledFor } from './disabled-endpoint.ts';
import { identityReaders } from './identity-source.ts';
import { integrationRequestOf } from './integration-request.ts';
import { INVOCATION_PAYLOAD_BYTES } from './limits.ts';
import { mapRequest, mapResponse } from './parameter-mapping.ts';
import type { ApiRequest } from './request-context.ts';
import { authorizerResult, emitRequest, type RequestNotes, requestNotes } from './request-fact.ts';
import { decodePath, type GatewayRequest } from './request.ts';
import { createRouteTable } from './routes.ts';
import { callService } from './service-integration.ts';
import type { RequestHandler, GatewayOptions } from './gateway-options.ts';

/**
 * Serves one HTTP API. Each request passes the stage, the route, the authorizer, the event, the
 * function, the response and CORS, in this order.
 *
 * HTTP APIs decode a path twice before they choose the route (`%252F` is a slash), and reject a
 * path that cannot be decoded the second time. Requests captured on AWS show it:
 * https://github.com/hotsock/voker/blob/main/vokerhttp/testdata/ingress-paths.json
 */
export function createHttpApi(api: HttpApi, options: GatewayOptions): RequestHandler {
  const { events } = options;
  const stage = new DeployedStage(api, 'http-api', options);
  const { identity, permissions, of, accessLog } = stage;
  const { serviceRoutes = [], mappedRoutes = [] } = api;
  const all: readonly (HttpRoute | HttpServiceRoute | MappedRoute)[] = [
    ...api.routes,
    ...serviceRoutes,
    ...mappedRoutes,
  ];
  const mapped = new Map(
    mappedRoutes.map((route) => [route, compileIntegration(route.integration, 'rest', options)]),
  );
  const routes = createRouteTable(all);
  const throttles = new Map(all.map((route) => [route, routeThrottle(api, routeKeyOf(route))]));
  const authorize = createAuthorizer(options, permissions);

  return {
    flush: () => accessLog?.flush(),
    async handle(received) {
      const path = decodePath(received.path);
      const request = path === undefined ? received : { ...received, path };
      const requestId = newGatewayId();
      const notes = requestNotes();
      let response: HttpResponse;
      try {
        response = path === undefined ? badRequest : await dispatch(request, requestId, notes);
      } catch (error) {
        stage.warn(api.logicalId, error);
        response = internalServerError;
      }
      const { cors } = api;
      // The response to a preflight already has its CORS headers.
      if (cors !== undefined && !isPreflight(request)) response = withCors(response, cors, request);
      emitRequest(events, of, requestId, request, response, notes);
      accessLog?.add({
        ...{ requestTimeMs: request.receivedAtMs, requestId, api: identity, request },
        ...{ response, notes, latencyMs: performance.now() - notes.startedAt },
      });
      return { ...response, headers: [...response.headers, ['Apigw-Requestid', requestId]] };
    },
  };

  async function dispatch(
    request: GatewayRequest,
    requestId: string,
    notes: RequestNotes,
  ): Promise<HttpResponse> {
    const path = pathInStage(request.path, api.stageName);
    // A disabled endpoint responds with 404:
    // https://repost.aws/knowledge-center/api-gateway-disable-endpoint
    if (path === undefined || isDisabledFor(api, request)) return notFound;
    const match = routes.match(request.method, path);
    const isCorsPreflight = api.cors !== undefined && isPreflight(request);
    if (match === undefined) return isCorsPreflight ? preflightResponse(request) : notFound;

    const { route } = match;
    notes.routeKey = match.routeKey;
    notes.resourcePath = route.path;
    if (throttles.get(route)?.take() === false) return tooManyRequests;
    const apiRequest: ApiRequest = {
      api: identity,
      request,
      requestId,
      routeKey: match.routeKey,
      resourcePath: route.path,
      pathParameters: match.pathParameters,
      stagePath: path,
    };
    const authorization = await authorize(apiRequest, route);
    notes.authorizer = authorizerResult(route, authorization, notes.startedAt);
    if ('statusCode' in authorization) return authorization;
    notes.authorization = authorization;
    // As on AWS, a route with OPTIONS (also by `ANY` or `$default`) runs its authorizer before the
    // response to a preflight is made.
    if (isCorsPreflight) return preflightResponse(request);
    if ('subtype' in route) {
      return options.callService === undefined
        ? internalServerError
        : await callService(apiRequest, route, options.callService);
    }
    const { parameterMapping } = route;
    const readers = identityReaders(apiRequest);
    const changed: ApiRequest =
      parameterMapping === undefined
        ? apiRequest
        : { ...apiRequest, request: mapRequest(parameterMapping, apiRequest) };
    const response =
      'payloadFormatVersion' in route
        ? await integrate(changed, route, authorization, notes)
        : await integrateMapped(changed, route, notes);
    return parameterMapping === undefined || response.error !== undefined
      ? response
      : mapResponse(parameterMapping, response, readers);
  }

  /** Serves an `HTTP_PROXY` integration. */
  async function integrateMapped(
    apiRequest: ApiRequest,
    route: MappedRoute,
    notes: RequestNotes,
  ): Promise<HttpResponse> {
    const caller = mapped.get(route);
    if (caller === undefined) return internalServerError;
    const isPathMapped = route.parameterMapping?.request['overwrite:path'] !== undefined;
    const request = {
      ...integrationRequestOf(apiRequest, {}, sourceOf(apiRequest, route)),
      ...(isPathMapped && { endpointPath: apiRequest.request.path }),
    };
    const end = await stage.callMapped(caller, route, request, notes);
    if (end.outcome === 'responded') return end.response;
    return end.outcome === 'timed-out' ? integrationTimedOut : internalServerError;
  }

  function preflightResponse(request: GatewayRequest): HttpResponse {
    const headers = api.cors === undefined ? [] : preflightHeaders(api.cors, request);
    return { statusCode: 204, headers, body: '' };
  }

  async function integrate(
    apiRequest: ApiRequest,
    route: HttpRoute,
    authorization: Authorization,
    notes: RequestNotes,
  ): Promise<HttpResponse> {
    const { payloadFormatVersion } = route;
    const { request } = apiRequest;
    const payload = JSON.stringify(
      payloadFormatVersion === '1.0'
        ? createEventV1(apiRequest, authorization)
        : createEventV2(apiRequest, authorization),
    );
    if (Buffer.byteLength(payload) > INVOCATION_PAYLOAD_BYTES) return payloadTooLarge;
    const source = sourceOf(apiRequest, route);
    const end = await stage.invoke(
      route,
      source,
      { traceId: request.traceId },
      payload,
      notes,
      (result) => parseFunctionResult(result, { payloadFormatVersion, ...FORMAT }),
    );
    if (end.outcome === 'responded') return end.response;
    if (end.outcome === 'timed-out') return integrationTimedOut;
    return end.reason === 'throttled' ? serviceUnavailable : internalServerError;
  }
}

/** Gives the route in the form that a permission's source ARN has. */
function sourceOf(
  { request }: Pick<ApiRequest, 'request'>,
  { path }: Pick<HttpRoute, 'path'>,
): string {
  return path === '$default' ? path : `${request.method}${path}`;
}

/** Gives the route key that `RouteSettings` uses. */
function routeKeyOf({ method, path }: Pick<HttpRoute, 'method' | 'path'>): string {
  return path === '$default' ? path : `${method} ${path}`;
}

/** How a function's payload is read. */
const FORMAT = {
  defaultContentType: 'text/plain; charset=utf-8',
  unquotesStrings: true,
} as const;
