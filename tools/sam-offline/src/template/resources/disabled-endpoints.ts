import type { ResourceEntry } from '../entries.ts';
import type { DisabledEndpoint } from '../model.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * `DisableExecuteApiEndpoint`: an API that is reached by custom domain names only. Where the template gives it one, this
 * machine's address stands for it.
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
    'nobody can call the API, on AWS or here: its own endpoint is disabled, and the template gives it no domain name',
  );
  return { disabledEndpoint: 'everywhere' };
}
