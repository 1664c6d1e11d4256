import { type AuthorizerResult, elapsedMs, type IntegrationResult } from '../events/index.ts';
import type { IntegrationEnd } from './invoke-integration.ts';

/** How an integration went, for the fact about its request. @param startedAt of `performance.now()` */
export function integrationFact(
  functionName: string | undefined,
  startedAt: number,
  end: IntegrationEnd<{ readonly statusCode: number }>,
): IntegrationResult {
  return {
    functionName,
    outcome: end.outcome,
    statusCode: end.outcome === 'responded' ? end.response.statusCode : undefined,
    latencyMs: elapsedMs(startedAt),
    error: end.outcome === 'responded' ? undefined : end.message,
  };
}

/** What an authorizer decided, for the fact about its request; undefined where a route has none. */
export function authorizerFact(
  kind: AuthorizerResult['kind'] | 'none' | undefined,
  outcome: AuthorizerResult['outcome'],
  startedAt: number,
): AuthorizerResult | undefined {
  if (kind === undefined || kind === 'none') return undefined;
  return { kind, outcome, durationMs: elapsedMs(startedAt) };
}
