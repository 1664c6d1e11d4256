import type { MappedIntegration, ParameterMapping } from '../model.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

const OPERATION = /^(?:append|overwrite|remove):(?:header\.|querystring\.|path$|statuscode$)/;

/**
 * Reads the parameter mapping of a route of an HTTP API. The same properties have another meaning
 * in integrations with a service and in REST APIs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function parameterMappingOf(
  integration: Reader,
  requestName: string,
  responseName: string,
): { readonly parameterMapping?: ParameterMapping } {
  const request = operationsIn(integration.textMap(requestName));
  const given = integration.map(responseName);
  const responses: Record<string, Record<string, string>> = {};
  for (const status of given?.names ?? []) {
    const settings = given?.map(status);
    // CloudFormation has a list of sources and destinations. OpenAPI definitions have a map.
    const listed = settings?.maps('ResponseParameters');
    const pairs =
      listed === undefined
        ? (settings?.textMap('ResponseParameters') ?? settingsOf(settings))
        : Object.fromEntries(
            listed.map((one) => [one.text('Destination') ?? '', one.text('Source') ?? '']),
          );
    const operations = operationsIn(pairs);
    if (Object.keys(operations).length > 0) responses[status] = operations;
  }
  const isEmpty = Object.keys(request).length + Object.keys(responses).length === 0;
  return isEmpty ? {} : { parameterMapping: { request, responses } };
}

function settingsOf(settings: Reader | undefined): Record<string, string> {
  return Object.fromEntries(
    (settings?.names ?? []).flatMap((name) => {
      const text = OPERATION.test(name) ? settings?.text(name) : undefined;
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function operationsIn(parameters: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => OPERATION.test(name)));
}

/**
 * Removes the parameters of an integration, because in an HTTP API they are its parameter mapping.
 */
export function withoutParameters(integration: MappedIntegration): MappedIntegration {
  return { ...integration, request: { ...integration.request, parameters: {} }, responses: [] };
}

/** Warns about integrations that HTTP APIs do not have. They only have proxy integrations. */
export function warnOfHttpTypes(
  { path }: Pick<Reader, 'path'>,
  type: string | undefined,
  { diagnostics }: StackResources,
): void {
  diagnostics.warn(
    path,
    `the route is left out: HTTP APIs have AWS_PROXY and HTTP_PROXY integrations, not ${type ?? 'others'}`,
  );
}
