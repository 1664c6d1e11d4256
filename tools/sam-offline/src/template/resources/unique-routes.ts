import type { HttpRoute } from '../model.ts';
import type { Reader } from '../reader.ts';

/**
 * Keeps one route for each method and path. A route of a definition takes precedence over one of an
 * event, as in SAM.
 */
export function uniqueRoutes(routes: readonly HttpRoute[], properties: Reader): HttpRoute[] {
  const byKey = new Map<string, HttpRoute>();
  for (const route of routes) {
    const key = `${route.method} ${route.path}`;
    const before = byKey.get(key);
    if (before === undefined) {
      byKey.set(key, route);
    } else if (before.integration.functionLogicalId !== route.integration.functionLogicalId) {
      properties.diagnostics.error(
        properties.path,
        `the route ${key} is defined twice: for ${before.integration.functionLogicalId} and ${route.integration.functionLogicalId}`,
      );
    }
  }
  return [...byKey.values()];
}
