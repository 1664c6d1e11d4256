import type { Reader } from '../reader.ts';

const TENANT_PARAMETER = 'integration.request.header.x-amz-tenant-id';

/**
 * Where a REST API takes the tenant of an invocation from: it maps something of the request to a header
 * (https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html).
 */
export function tenantOf(integration: Reader, property: string): { readonly tenantFrom?: string } {
  const parameters = Object.entries(integration.textMap(property) ?? {});
  const found = parameters.find(([name]) => name.toLowerCase() === TENANT_PARAMETER);
  return found === undefined ? {} : { tenantFrom: found[1] };
}
