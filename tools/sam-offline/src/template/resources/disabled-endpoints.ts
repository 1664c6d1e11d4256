import type { ResourceEntry } from '../entries.ts';
import type { DisabledEndpoint } from '../model.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * Reads `DisableExecuteApiEndpoint`, with which clients can only use an API's custom domain names.
 * If the template has a domain name for the API, the local address replaces it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-disable-default-endpoint.html
 */
export function disabledEndpointOf(
  api: ResourceEntry,
  properties: Reader,
  resources: StackResources,
): { readonly disabledEndpoint?: DisabledEndpoint } {
  if (properties.boolean('DisableExecuteApiEndpoint') !== true) return {};
  const id = resources.ref(api);
  const isMapped = resources
    .ofType('AWS::ApiGatewayV2::ApiMapping', 'AWS::ApiGateway::BasePathMapping')
    .map((entry) => resources.read(entry))
    .some((mapping) => (mapping.text('ApiId') ?? mapping.text('RestApiId')) === id);
  if (isMapped || properties.has('Domain')) return { disabledEndpoint: 'execute-api-hosts' };
  resources.diagnostics.warn(
    properties.at('DisableExecuteApiEndpoint'),
    'nobody can call the API, on AWS or here: its default endpoint is disabled, and it has no domain name in the template',
  );
  return { disabledEndpoint: 'everywhere' };
}
