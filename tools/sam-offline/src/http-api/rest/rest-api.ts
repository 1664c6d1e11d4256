import {
  AccessLog,
  integrationFact,
  InvokePermissions,
  invokeIntegration,
  loggedIntegration,
  pathInStage,
} from '../../gateway/index.ts';
import { NO_ENFORCEMENT } from '../../iam/index.ts';
import { newGatewayId, newRequestId } from '../../ids/index.ts';
import type { HttpApi, HttpRoute, RestMock, RestSettings } from '../../template/index.ts';
import { httpVariables, type LoggedRequest } from '../access-log.ts';
import type { Authorization } from '../authorization.ts';
import { MalformedResponseError, parseFunctionResult } from '../function-result.ts';
import type { GatewayOptions, RequestHandler } from '../gateway-options.ts';
import { INVOCATION_PAYLOAD_BYTES } from '../limits.ts';
import type { ApiIdentity } from '../request-context.ts';
import { authorizerResult, emitRequest, type RequestNotes, requestNotes } from '../request-fact.ts';
import type { GatewayRequest } from '../request.ts';
import type { HttpResponse } from '../response.ts';
import { createRouteTable } from '../routes.ts';
import { createRestAuthorizer } from './authorizers.ts';
import { isBinary } from './body.ts';
import { restEvent, type RestRequest } from './event.ts';
import { gatewayResponse, REST_ERRORS, type RestError } from './gateway-response.ts';

/**
 * One REST API: stage, resource, authorizer, event, function, response, and the API's own gateway responses.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function createRestApi(
  api: HttpApi,
  settings: RestSettings,
  options: GatewayOptions,
): RequestHandler {
  const { invoker, events } = options;
  const routes = createRouteTable<HttpRoute | RestMock>([...api.routes, ...settings.mocks]);
  const permissions = new InvokePermissions(options.permissions ?? NO_ENFORCEMENT, {
    ...options,
    ...api,
  });
  const authorize = createRestAuthorizer(options, permissions);
  const identity: ApiIdentity = {
    accountId: options.accountId,
    region: options.region,
    apiId: api.apiId,
    stage: api.stageName,
    stageVariables: api.stageVariables,
  };
  const of = { kind: 'rest-api', apiId: api.apiId, stage: api.stageName } as const;
  const accessLog =
    api.accessLog &&
    new AccessLog<LoggedRequest>(api.accessLog, api, httpVariables(of.kind), events);

  return {
    flush: () => accessLog?.flush(),
    async handle(request) {
      const ids = { requestId: newRequestId(), extendedRequestId: newGatewayId() };
      const notes = requestNotes();
      let response: HttpResponse | RestError;
      try {
        response = await dispatch(request, ids, notes);
      } catch (error) {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        events.warn('error', `${api.logicalId}: ${text}`);
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
    const path = pathInStage(request.rawPath, api.stageName);
    if (path === undefined) return REST_ERRORS.missingToken;
    // `/posts/` is `/posts`: a slash at the end stays in the event's path alone.
    const match = routes.match(request.method, path === '/' ? path : path.replace(/\/$/, ''));
    if (match === undefined) return REST_ERRORS.missingToken;
    const { route } = match;
    notes.routeKey = match.routeKey;
    notes.resourcePath = route.path;
    const restRequest: RestRequest = {
      ...{ api: identity, request, ...ids, routeKey: match.routeKey, resourcePath: route.path },
      ...{ pathParameters: match.pathParameters, stagePath: path, rawStagePath: path },
    };
    const authorization = await authorize(restRequest, route);
    notes.authorizer = authorizerResult(route, authorization, notes.startedAt);
    if ('responseType' in authorization) return authorization;
    notes.authorization = authorization;
    if ('response' in route) return route.response;
    return await integrate(restRequest, route, authorization, notes);
  }

  async function integrate(
    restRequest: RestRequest,
    { path, integration }: HttpRoute,
    authorization: Authorization,
    notes: RequestNotes,
  ): Promise<HttpResponse | RestError> {
    const { request } = restRequest;
    const { binaryMediaTypes } = settings;
    const payload = JSON.stringify(restEvent(restRequest, authorization, binaryMediaTypes));
    if (Buffer.byteLength(payload) > INVOCATION_PAYLOAD_BYTES) return REST_ERRORS.tooLarge;
    const { functionLogicalId } = integration;
    const functionName = options.functionNames?.get(functionLogicalId) ?? functionLogicalId;
    notes.functionName = functionName;
    const startedAt = performance.now();
    const end = await invokeIntegration(
      { ...integration, route: `${request.method}${path}`, permissions },
      invoker,
      payload,
      { traceId: request.traceId },
      (result) => readResult(result, request, binaryMediaTypes),
      (error): error is MalformedResponseError => error instanceof MalformedResponseError,
    );
    notes.invocationId = end.invocationId;
    if (end.outcome === 'failed' && end.reason === 'unexpected') throw end.error;
    notes.integration = integrationFact(functionName, startedAt, end);
    if (accessLog !== undefined) Object.assign(notes, loggedIntegration(end));
    if (end.outcome === 'answered') return end.response;
    if (end.outcome === 'timed-out') return REST_ERRORS.timedOut;
    return end.reason === 'forbidden' || end.reason === 'throttled'
      ? REST_ERRORS.configuration
      : REST_ERRORS.integrationFailed;
  }
}

/**
 * Reads what a function returned. A body in base64 is decoded only where the client accepts a binary type of the API.
 *
 * @throws MalformedResponseError
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
