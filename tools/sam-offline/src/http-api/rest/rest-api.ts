import {
  compileIntegration,
  type IntegrationEnd,
  mappedParameter,
  pathInStage,
  routeThrottle,
} from '../../gateway/index.ts';
import { newGatewayId, newRequestId } from '../../ids/index.ts';
import { InvalidParameterValueError } from '../../lambda/index.ts';
import type { HttpApi, HttpRoute, MappedRoute, RestSettings } from '../../template/index.ts';
import type { Authorization } from '../authorization.ts';
import { DeployedStage } from '../deployed-stage.ts';
import { parseFunctionResult } from '../function-result.ts';
import type { GatewayOptions, RequestHandler } from '../gateway-options.ts';
import { isDisabledFor } from '../disabled-endpoint.ts';
import { integrationRequestOf } from '../integration-request.ts';
import { INVOCATION_PAYLOAD_BYTES } from '../limits.ts';
import { authorizerResult, emitRequest, type RequestNotes, requestNotes } from '../request-fact.ts';
import type { GatewayRequest } from '../request.ts';
import type { HttpResponse } from '../response.ts';
import { createRouteTable } from '../routes.ts';
import { createApiKeyCheck, type PlanUsage } from './api-keys.ts';
import { createRestAuthorizer } from './authorizers.ts';
import { isBinary } from './body.ts';
import { restContext, restEvent, type RestRequest } from './event.ts';
import { gatewayResponse, REST_ERRORS, type RestError } from './gateway-response.ts';
import { compileValidation } from './validation.ts';

/**
 * Serves one REST API. Each request passes the stage, the resource, the authorizer, the event, the
 * function, the response and the API's gateway responses, in this order.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function createRestApi(
  api: HttpApi,
  settings: RestSettings,
  options: GatewayOptions,
  usage: PlanUsage,
): RequestHandler {
  const { events } = options;
  const stage = new DeployedStage(api, 'rest-api', options);
  const { identity, permissions, of, accessLog } = stage;
  const all: readonly (HttpRoute | MappedRoute)[] = [...api.routes, ...(api.mappedRoutes ?? [])];
  const routes = createRouteTable(all);
  const throttles = new Map(
    all.map((route) => [route, routeThrottle(api, `${route.method} ${route.path}`)]),
  );
  const checks = new Map(
    all.flatMap((route) =>
      route.validation === undefined ? [] : [[route, compileValidation(route.validation)]],
    ),
  );
  const mapped = new Map(
    (api.mappedRoutes ?? []).map((route) => [
      route,
      compileIntegration(route.integration, 'rest', options),
    ]),
  );
  const authorize = createRestAuthorizer(options, permissions);
  const checkApiKey = createApiKeyCheck(settings, usage);

  return {
    flush: () => accessLog?.flush(),
    async handle(request) {
      const ids = { requestId: newRequestId(), extendedRequestId: newGatewayId() };
      const notes = requestNotes();
      let response: HttpResponse | RestError;
      try {
        response = await dispatch(request, ids, notes);
      } catch (error) {
        stage.warn(api.logicalId, error);
        response = REST_ERRORS.configuration;
      }
      const { requestId, extendedRequestId } = ids;
      const sent: HttpResponse =
        'responseType' in response
          ? gatewayResponse(response, settings.gatewayResponses, {
              ...{ request, requestId, api: identity },
            })
          : response;
      emitRequest(events, of, requestId, request, sent, notes);
      accessLog?.add({
        ...{ requestTimeMs: request.receivedAtMs, ...ids, api: identity, request },
        ...{ response: sent, notes, latencyMs: performance.now() - notes.startedAt },
      });
      return {
        ...sent,
        headers: [
          ...sent.headers,
          ['x-amzn-RequestId', requestId],
          ['x-amz-apigw-id', extendedRequestId],
        ],
      };
    },
  };

  async function dispatch(
    request: GatewayRequest,
    ids: Pick<RestRequest, 'requestId' | 'extendedRequestId'>,
    notes: RequestNotes,
  ): Promise<HttpResponse | RestError> {
    if (request.isMalformed) return REST_ERRORS.badRequest;
    if (isDisabledFor(api, request)) return REST_ERRORS.disabled;
    const path = pathInStage(request.rawPath, api.stageName);
    if (path === undefined) return REST_ERRORS.missingToken;
    // `/posts/` matches the route `/posts`. The slash at the end is only kept in the event's path.
    const match = routes.match(request.method, path === '/' ? path : path.replace(/\/$/, ''));
    if (match === undefined) return REST_ERRORS.missingToken;
    const { route } = match;
    notes.routeKey = match.routeKey;
    notes.resourcePath = route.path;
    const restRequest: RestRequest = {
      ...{ api: identity, request, ...ids, routeKey: match.routeKey, resourcePath: route.path },
      ...{ pathParameters: match.pathParameters, stagePath: path, rawStagePath: path },
    };
    if (throttles.get(route)?.take() === false) return REST_ERRORS.tooManyRequests;
    const authorization = await authorize(restRequest, route);
    notes.authorizer = authorizerResult(route, authorization, notes.startedAt);
    if ('responseType' in authorization) return authorization;
    notes.authorization = authorization;
    const entry = checkApiKey(restRequest, route, authorization);
    if ('responseType' in entry) return entry;
    notes.apiKey = entry.apiKey;
    const entered = { ...restRequest, ...entry };
    const refused = checks.get(route)?.(request);
    if (refused !== undefined) return refused;
    return 'payloadFormatVersion' in route
      ? await integrate(entered, route, authorization, notes)
      : await integrateMapped(entered, route, authorization, notes);
  }

  async function integrateMapped(
    restRequest: RestRequest,
    route: MappedRoute,
    authorization: Authorization,
    notes: RequestNotes,
  ): Promise<HttpResponse | RestError> {
    const caller = mapped.get(route);
    if (caller === undefined) return REST_ERRORS.configuration;
    const context = restContext(restRequest, authorization);
    const source = `${restRequest.request.method}${route.path}`;
    const request = integrationRequestOf(restRequest, context, source);
    const end = await stage.callMapped(caller, route, request, notes);
    return end.outcome === 'responded' ? end.response : errorOf(end);
  }

  async function integrate(
    restRequest: RestRequest,
    route: HttpRoute,
    authorization: Authorization,
    notes: RequestNotes,
  ): Promise<HttpResponse | RestError> {
    const { request } = restRequest;
    const { binaryMediaTypes } = settings;
    const payload = JSON.stringify(restEvent(restRequest, authorization, binaryMediaTypes));
    if (Buffer.byteLength(payload) > INVOCATION_PAYLOAD_BYTES) return REST_ERRORS.tooLarge;
    const source = `${request.method}${route.path}`;
    const invokeOptions = {
      traceId: request.traceId,
      ...tenantOf(restRequest, route, authorization, source),
    };
    let end: IntegrationEnd<HttpResponse>;
    try {
      end = await stage.invoke(route, source, invokeOptions, payload, notes, (result) =>
        readResult(result, request, binaryMediaTypes),
      );
    } catch (error) {
      if (error instanceof InvalidParameterValueError) return invalidParameter(error);
      throw error;
    }
    if (end.outcome === 'responded') return end.response;
    if (end.outcome === 'timed-out') return REST_ERRORS.timedOut;
    return end.reason === 'forbidden' || end.reason === 'throttled'
      ? REST_ERRORS.configuration
      : REST_ERRORS.integrationFailed;
  }
}

/** Gives the tenant id of a request, if its integration maps one. */
function tenantOf(
  restRequest: RestRequest,
  { integration: { tenantFrom } }: HttpRoute,
  authorization: Authorization,
  source: string,
): { readonly tenantId?: string } {
  if (tenantFrom === undefined) return {};
  const context = restContext(restRequest, authorization);
  const request = integrationRequestOf(restRequest, context, source);
  const parameters = { ...request, body: request.body.toString('utf8') };
  const [tenantId] = mappedParameter(tenantFrom, parameters) ?? [];
  return tenantId === undefined || tenantId === '' ? {} : { tenantId };
}

/** Makes the client's response if Lambda refuses a missing or an unexpected tenant id. */
function invalidParameter({ message }: InvalidParameterValueError): HttpResponse {
  return {
    statusCode: 400,
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify({ message }),
  };
}

/** Gives the error of an integration with mappings. */
function errorOf(end: Exclude<IntegrationEnd<never>, { outcome: 'responded' }>): RestError {
  if (end.outcome === 'timed-out') return REST_ERRORS.timedOut;
  if (end.reason === 'media-type') return REST_ERRORS.unsupportedMediaType;
  return end.reason === 'unreachable' ? REST_ERRORS.unreachable : REST_ERRORS.configuration;
}

/**
 * Reads a function's payload. A base64 body is only decoded if the client accepts a binary media
 * type of the API.
 *
 * @throws MalformedResponseError if the payload is not a valid result
 */
function readResult(
  result: Buffer,
  { headers }: GatewayRequest,
  binaryMediaTypes: readonly string[],
): HttpResponse {
  const [accepted] = (headers.accept ?? '').split(',');
  return parseFunctionResult(result, {
    payloadFormatVersion: '1.0',
    defaultContentType: 'application/json',
    unquotesStrings: false,
    rest: { decodesBase64: isBinary(accepted === '' ? undefined : accepted, binaryMediaTypes) },
  });
}
