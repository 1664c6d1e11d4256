import type { Reader } from '../reader.ts';

const TENANT_PARAMETER = 'integration.request.header.x-amz-tenant-id';

/**
 * Reads the mapping of the tenant id in a REST API, which maps a part of the request to a header
 * (https://docs.aws.amazon.com/lambda/latest/dg/tenant-isolation-invoke.html).
 */
export function tenantOf(integration: Reader, property: string): { readonly tenantFrom?: string } {
  const parameters = Object.entries(integration.textMap(property) ?? {});
  const found = parameters.find(([name]) => name.toLowerCase() === TENANT_PARAMETER);
  return found === undefined ? {} : { tenantFrom: found[1] };
}
