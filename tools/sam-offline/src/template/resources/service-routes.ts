import type { ResourceEntry } from '../entries.ts';
import type { HttpServiceRoute } from '../model.ts';
import { serviceIntegration } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/** The first-class integrations that run here. */
const subtypes: readonly string[] = ['SQS-SendMessage'] satisfies HttpServiceRoute['subtype'][];

/**
 * What an integration asks of a service, where that service runs here; undefined for every other integration.
 *
 * @param names of the properties, which OpenAPI definitions write in lower case
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
export function serviceOf(
  integration: Reader,
  names: { readonly subtype: string; readonly parameters: string },
): Pick<HttpServiceRoute, 'subtype' | 'parameters'> | undefined {
  const subtype = integration.text(names.subtype);
  if (subtype === undefined || !subtypes.includes(subtype)) return undefined;
  const parameters = integration.textMap(names.parameters) ?? {};
  for (const name of ['QueueUrl', 'MessageBody']) {
    if (name in parameters) continue;
    integration.diagnostics.error(
      integration.at(names.parameters),
      `expected ${name}, which ${subtype} needs, but it is missing`,
    );
  }
  return { subtype: 'SQS-SendMessage', parameters };
}

/** The same for the `AWS::ApiGatewayV2::Integration` that a route's `Target` names. */
export function serviceOfRoute(
  route: Reader,
  resources: StackResources,
): ReturnType<typeof serviceOf> {
  const id = /^integrations\/(.+)$/.exec(route.text('Target') ?? '')?.[1];
  const entry: ResourceEntry | undefined =
    id === undefined ? undefined : resources.byRef(id, 'AWS::ApiGatewayV2::Integration');
  if (entry === undefined) return undefined;
  const integration = resources.read(entry);
  const service = serviceOf(integration, {
    subtype: 'IntegrationSubtype',
    parameters: 'RequestParameters',
  });
  if (service !== undefined) integration.check(serviceIntegration);
  return service;
}
