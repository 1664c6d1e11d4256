import { type LambdaInvoker, TooManyRequestsError } from '../../lambda/index.ts';
import { MappingTemplateError, type MappingTemplate } from '../../mapping-templates/index.ts';
import type { IntegrationTarget, MappedIntegration } from '../../template/index.ts';
import type { IntegrationEnd } from '../invoke-integration.ts';
import type { InvokePermissions } from '../invoke-permissions.ts';
import { invokeWithin, timedOut } from '../invoke-within.ts';
import { IntegrationFailure } from './failure.ts';
import { callEndpoint, EndpointError } from './http-call.ts';
import type { ParameterSource } from './parameters.ts';
import { queryResponseAsJson } from './query-response.ts';
import {
  filledUri,
  type IntegrationRequest,
  outgoingParameters,
  outgoingUrl,
  passedHeaders,
  withContentType,
} from './request.ts';
import {
  compileResponses,
  type GatewayKind,
  type MappedResponse,
  type Received,
} from './response.ts';
import { selectKey } from './selection-expression.ts';
import { type CallService, isQueryService, serviceRequest } from './service-call.ts';
import {
  compileTemplates,
  convertPayload,
  headerOf,
  JSON_TYPE,
  mediaTypeOf,
  variablesOf,
} from './templates.ts';

/** What integrations call. */
export interface IntegrationServices {
  readonly invoker: LambdaInvoker;
  /** Calls an AWS service; absent if there is no AWS endpoint. */
  readonly callService?: CallService | undefined;
  /** Replaces the URL of one of the stack's own APIs on AWS with its URL on this machine. */
  readonly localize?: ((url: string) => string) | undefined;
}

/**
 * Calls an integration that maps its request and response. The promise rejects only if sam-offline
 * itself has a fault.
 */
export type MappedCaller = (
  request: IntegrationRequest,
  permissions: InvokePermissions,
  onStart?: () => void,
) => Promise<IntegrationEnd<MappedResponse>>;

/** Compiles an integration, so that its templates are parsed only once. */
export function compileIntegration(
  integration: MappedIntegration,
  kind: GatewayKind,
  services: IntegrationServices,
): MappedCaller {
  const { target, timeoutMs, isProxy } = integration;
  const localize = services.localize ?? ((url: string): string => url);
  const choose = requestTemplateChooser(integration, kind);
  const respond = compileResponses(integration, kind);

  return async (request, permissions, onStart = () => undefined) => {
    try {
      const body = convertPayload(request.body, integration.request.contentHandling);
      const text = body.toString('utf8');
      const source: ParameterSource = { ...request, body: text };
      const mapped = choose(source)?.(variablesOf(source, text));
      const parameters = outgoingParameters(
        integration,
        request,
        source,
        mapped?.overrides.request,
      );
      const payload = mapped === undefined ? body : Buffer.from(mapped.body);
      const received = await call(request, permissions, parameters, payload, onStart);
      if (received === undefined) {
        return { outcome: 'timed-out', message: `no result within ${timeoutMs} ms` };
      }
      return {
        ...{ outcome: 'responded', integrationStatus: received.statusCode },
        ...(received.invocationId !== undefined && { invocationId: received.invocationId }),
        response: isProxy ? received : respond(source, received),
      };
    } catch (error) {
      return endOf(error);
    }
  };

  async function call(
    request: IntegrationRequest,
    permissions: InvokePermissions,
    parameters: ReturnType<typeof outgoingParameters>,
    payload: Buffer,
    onStart: () => void,
  ): Promise<Received | undefined> {
    if (target.type === 'function') {
      const { headers } = parameters;
      return invoke(target, services.invoker, {
        ...{ request, permissions, headers, payload, timeoutMs, onStart },
      });
    }
    onStart();
    if (target.type === 'mock') return mockResponse(payload, kind);
    const headers = withContentType(parameters.headers, payload);
    if (target.type === 'http') {
      return callEndpoint({
        method: target.method ?? request.method,
        url: localize(outgoingUrl(target.url, parameters, request, isProxy)),
        headers: isProxy ? passedHeaders(request, parameters.headers) : [...headers],
        ...{ body: payload, timeoutMs },
      });
    }
    const { role } = target;
    if (role === undefined) {
      const message = 'the integration has no role to call the service with';
      throw new IntegrationFailure('forbidden', message);
    }
    if (services.callService === undefined) {
      throw new IntegrationFailure('unreachable', 'there is no AWS endpoint on this machine');
    }
    const path = filledUri(
      target.path,
      parameters.path,
      request.stageVariables,
      encodeURIComponent,
    );
    const { query } = parameters;
    const response = await services.callService(
      serviceRequest({ ...target, role }, { headers, query, path, body: payload }, timeoutMs),
    );
    return response !== undefined && isQueryService(target.service)
      ? queryResponseAsJson(response)
      : response;
  }
}

/** Makes a function that chooses the request template. */
function requestTemplateChooser(
  { isProxy, request }: MappedIntegration,
  kind: GatewayKind,
): (source: ParameterSource) => MappingTemplate | undefined {
  if (isProxy) return () => undefined;
  const { templateSelection, passthrough } = request;
  const templates = compileTemplates(request.templates);
  const hasNone = Object.keys(templates).length === 0;
  const passes =
    passthrough === 'WHEN_NO_MATCH' || (passthrough === 'WHEN_NO_TEMPLATES' && hasNone);
  return ({ body, headers }) => {
    const template =
      kind === 'websocket'
        ? selectKey(templates, templateSelection, { requestBody: body })
        : templates[mediaTypeOf(headerOf(headers, 'content-type'))];
    if (template !== undefined || passes) return template;
    throw new IntegrationFailure('media-type', 'no request template matches this request');
  };
}

interface FunctionCall {
  readonly request: IntegrationRequest;
  readonly permissions: InvokePermissions;
  readonly headers: ReadonlyMap<string, string>;
  readonly payload: Buffer;
  readonly timeoutMs: number;
  readonly onStart: () => void;
}

/**
 * Invokes a function with the mapped request. It invokes it asynchronously if
 * `X-Amz-Invocation-Type` is `Event`.
 */
async function invoke(
  { functionLogicalId, functionArn }: Extract<IntegrationTarget, { type: 'function' }>,
  invoker: LambdaInvoker,
  { request, permissions, headers, payload, timeoutMs, onStart }: FunctionCall,
): Promise<Received | undefined> {
  const { traceId, route } = request;
  const denial = functionArn === undefined ? undefined : permissions.refuse(functionArn, route);
  if (denial !== undefined) throw new IntegrationFailure('forbidden', denial.message);
  const event = payload.length === 0 ? '{}' : payload.toString('utf8');
  if (!isJson(event)) {
    throw new IntegrationFailure('malformed', 'the event for the function is not JSON');
  }
  if (headers.get('x-amz-invocation-type') === 'Event') {
    onStart();
    invoker.invokeAsync(functionLogicalId, event, { traceId });
    return { statusCode: 202, headers: [], body: Buffer.alloc(0) };
  }
  const options = { traceId, onStart };
  const result = await invokeWithin(timeoutMs, invoker, functionLogicalId, event, options);
  if (result === timedOut) return undefined;
  const made = { statusCode: 200, headers: [['Content-Type', JSON_TYPE] as const] };
  const invocationId = result.requestId;
  if (result.ok) return { ...made, body: result.payload, invocationId };
  const { errorMessage } = result;
  return { ...made, body: result.payload, errorMessage, invocationId };
}

/**
 * Makes the response of a mock integration. The `statusCode` in its mapped request chooses the
 * integration response.
 */
function mockResponse(payload: Buffer, kind: GatewayKind): Received {
  const text = payload.toString('utf8').trim();
  // Mock templates are often not valid JSON: `{statusCode: 200}`.
  const status = Number(/["']?statusCode["']?\s*:\s*["']?(\d{3})\b/.exec(text)?.[1]);
  const body = Buffer.alloc(0);
  if (Number.isInteger(status)) return { statusCode: status, headers: [], body };
  if (kind === 'websocket') return { statusCode: 200, headers: [], body };
  const message = 'the request template of the mock gives no statusCode';
  throw new IntegrationFailure('configuration', message);
}

/**
 * Turns an error into the integration's end.
 * @throws the error itself, if it is a fault of sam-offline
 */
function endOf(error: unknown): IntegrationEnd<never> {
  if (error instanceof IntegrationFailure) return error.end;
  if (error instanceof MappingTemplateError) {
    return { outcome: 'failed', reason: 'malformed', message: error.message, error };
  }
  if (error instanceof EndpointError) {
    return { outcome: 'failed', reason: 'unreachable', message: error.message, error };
  }
  if (error instanceof TooManyRequestsError) {
    const message = `throttled: ${error.reason}`;
    return { outcome: 'failed', reason: 'throttled', message, error };
  }
  throw error;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
