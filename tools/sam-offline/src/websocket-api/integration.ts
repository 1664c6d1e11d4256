import { SamOfflineError } from '../sam-offline-error.ts';
import { type IntegrationEnd, invokeIntegration } from '../gateway/index.ts';
import type { InvokeOptions, LambdaInvoker } from '../lambda/index.ts';
import type { DeployedApi, DeployedRoute } from './deployed-api.ts';

/** What came of sending an event to a route's integration. */
export type IntegrationResult = IntegrationEnd<ProxyResponse>;

/** What a function returns to a proxy integration. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A MOCK integration without templates responds with 200 and no body. */
const MOCK: IntegrationResult = {
  outcome: 'responded',
  response: { statusCode: 200, headers: {} },
};

class MalformedResponseError extends SamOfflineError {}

function isMalformed(error: unknown): error is MalformedResponseError {
  return error instanceof MalformedResponseError;
}

/** Sends an event to a route's integration and waits for its response, up to the integration's time-out. */
export function integrate(
  { invoker }: { readonly invoker: LambdaInvoker },
  { permissions }: Pick<DeployedApi, 'permissions'>,
  { model: { routeKey, integration } }: Pick<DeployedRoute, 'model'>,
  event: string,
  options: InvokeOptions = {},
): Promise<IntegrationResult> {
  if (integration.type === 'mock') return Promise.resolve(MOCK);
  return invokeIntegration(
    { ...integration, route: routeKey, permissions },
    ...([invoker, event, options, readResponse, isMalformed] as const),
  );
}

function readResponse(payload: Buffer): ProxyResponse {
  const response = parseProxyResponse(payload);
  if (response === undefined) throw new MalformedResponseError('it is no proxy response');
  return response;
}

/**
 * Reads a proxy response: an object with a final status code, headers and a body of text. Undefined
 * where it is anything else, which API Gateway calls malformed.
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
