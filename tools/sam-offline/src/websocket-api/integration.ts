import { type InvokeOptions, invokeWithin, type LambdaInvoker, timedOut } from '../lambda/index.ts';
import type { Integration } from '../template/index.ts';

/** What came of sending an event to a route's integration. */
export type IntegrationResult =
  | (OfInvocation & { readonly outcome: 'answered'; readonly response: ProxyResponse })
  /** Threw, was throttled, or returned what is no proxy response. */
  | (OfInvocation & { readonly outcome: 'failed'; readonly message: string })
  | (OfInvocation & { readonly outcome: 'timedOut' });

interface OfInvocation {
  /** The request id of the invocation, once it has ended. */
  readonly invocationId?: string;
}

/** What a function returns to a proxy integration. */
export interface ProxyResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A MOCK integration without templates answers 200 and nothing. */
const MOCK: IntegrationResult = { outcome: 'answered', response: { statusCode: 200, headers: {} } };

/**
 * Sends an event to an integration and waits for its answer, up to the integration's time-out, which
 * counts from when the function runs.
 */
export async function integrate(
  integration: Integration,
  invoker: LambdaInvoker,
  event: string,
  options: InvokeOptions = {},
): Promise<IntegrationResult> {
  if (integration.type === 'mock') return MOCK;
  const { functionLogicalId, timeoutMs } = integration;
  try {
    const result = await invokeWithin(timeoutMs, invoker, functionLogicalId, event, options);
    if (result === timedOut) return { outcome: 'timedOut' };
    const { requestId: invocationId } = result;
    if (!result.ok) {
      const message = `${result.errorType}: ${result.errorMessage}`;
      return { outcome: 'failed', message, invocationId };
    }
    const response = parseProxyResponse(result.payload);
    return response === undefined
      ? { outcome: 'failed', message: 'Malformed Lambda proxy response', invocationId }
      : { outcome: 'answered', response, invocationId };
  } catch (error) {
    return { outcome: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
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
