import { SamOfflineError } from '../sam-offline-error.ts';
import {
  type IntegrationEnd,
  type IntegrationRequest,
  invokeIntegration,
  type MappedResponse,
} from '../gateway/index.ts';
import type { InvokeOptions, LambdaInvoker } from '../lambda/index.ts';
import type { DeployedApi, DeployedRoute } from './deployed-api.ts';
import type { RouteEvent } from './events.ts';

/** The result of sending an event to a route's integration. */
export type IntegrationResult = IntegrationEnd<ProxyResponse>;

/** The response that a function returns to a proxy integration. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

class MalformedResponseError extends SamOfflineError {}

function isMalformed(error: unknown): error is MalformedResponseError {
  return error instanceof MalformedResponseError;
}

/** Sends an event to a route's integration and waits for its response, up to the integration's time-out. */
export async function integrate(
  { invoker }: { readonly invoker: LambdaInvoker },
  { permissions }: Pick<DeployedApi, 'permissions'>,
  { model: { routeKey, integration }, mapped }: DeployedRoute,
  event: RouteEvent,
  options: InvokeOptions & { readonly traceId: string },
): Promise<IntegrationResult> {
  if (integration.type === 'lambda') {
    return invokeIntegration(
      { ...integration, route: routeKey, permissions },
      ...([invoker, JSON.stringify(event), options, readResponse, isMalformed] as const),
    );
  }
  if (mapped === undefined) throw new Error(`The integration of ${routeKey} is not compiled.`);
  const request = integrationRequest(routeKey, event, options.traceId);
  const end = await mapped(request, permissions, options.onStart);
  return end.outcome === 'responded' ? { ...end, response: proxyResponse(end.response) } : end;
}

/**
 * Makes the request that an integration with mappings gets from an event. Only a handshake has
 * headers and a query.
 */
function integrationRequest(route: string, event: RouteEvent, traceId: string): IntegrationRequest {
  const pairs = (values: Readonly<Record<string, readonly string[]>> = {}): [string, string][] =>
    Object.entries(values).flatMap(([name, all]) =>
      all.map((value): [string, string] => [name, value]),
    );
  return {
    ...{ method: 'POST', path: {}, route, traceId, context: event.requestContext },
    querystring: pairs(event.multiValueQueryStringParameters),
    headers: pairs(event.multiValueHeaders),
    body: Buffer.from(event.body ?? ''),
    stageVariables: event.stageVariables ?? {},
  };
}

function proxyResponse({ statusCode, headers, body }: MappedResponse): ProxyResponse {
  const text = body.toString();
  return { statusCode, headers: Object.fromEntries(headers), ...(text !== '' && { body: text }) };
}

function readResponse(payload: Buffer): ProxyResponse {
  const response = parseProxyResponse(payload);
  if (response === undefined) throw new MalformedResponseError('it is not a proxy response');
  return response;
}

/**
 * Reads a proxy response: an object with a final status code, headers and a text as its body.
 *
 * @returns undefined if the payload is anything else, which API Gateway calls malformed
 */
export function parseProxyResponse(payload: Buffer): ProxyResponse | undefined {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) return undefined;
  const statusCode = Number(value.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 200 || statusCode > 599) return undefined;
  const body = 'body' in value ? (value.body ?? undefined) : undefined;
  if (body !== undefined && typeof body !== 'string') return undefined;
  const headers = 'headers' in value ? readHeaders(value.headers) : {};
  if (headers === undefined) return undefined;
  return { statusCode, headers, ...(body === undefined ? {} : { body }) };
}

function readHeaders(headers: unknown): Record<string, string> | undefined {
  if (headers === null || headers === undefined) return {};
  if (typeof headers !== 'object') return undefined;
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
    entries.push([name, String(value)]);
  }
  return Object.fromEntries(entries);
}
