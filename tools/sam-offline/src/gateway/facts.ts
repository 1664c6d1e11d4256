import { type AuthorizerResult, elapsedMs, type IntegrationResult } from '../events/index.ts';
import type { IntegrationEnd } from './invoke-integration.ts';

/**
 * Describes the end of an integration, for the fact about its request.
 * @param startedAt the value of `performance.now()` when the integration started, in ms
 * @param endedAt the same for its end; by default now
 */
export function integrationFact(
  functionName: string | undefined,
  startedAt: number,
  end: IntegrationEnd<{ readonly statusCode: number }>,
  endedAt?: number,
): IntegrationResult {
  return {
    functionName,
    outcome: end.outcome,
    statusCode: end.outcome === 'responded' ? end.response.statusCode : undefined,
    latencyMs: elapsedMs(startedAt, endedAt),
    error: end.outcome === 'responded' ? undefined : end.message,
  };
}

/**
 * Describes an authorizer's decision, for the fact about its request.
 * @param startedAt the value of `performance.now()` when the authorizer started, in ms
 * @returns undefined if the route has no authorizer
 */
export function authorizerFact(
  kind: AuthorizerResult['kind'] | 'none' | undefined,
  outcome: AuthorizerResult['outcome'],
  startedAt: number,
): AuthorizerResult | undefined {
  if (kind === undefined || kind === 'none') return undefined;
  return { kind, outcome, durationMs: elapsedMs(startedAt) };
}
