import type { ResourceEntry } from '../entries.ts';
import type { GatewayResponseSettings } from '../model.ts';
import { gatewayResponse, serverlessGatewayResponse } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

type Responses = Record<string, GatewayResponseSettings>;

/**
 * Reads the gateway responses of a REST API by their types: the definition's
 * `x-amazon-apigateway-gateway-responses`, `GatewayResponses` of a SAM API, and
 * `AWS::ApiGateway::GatewayResponse`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function gatewayResponsesOf(
  api: ResourceEntry,
  properties: Reader,
  definition: Reader | undefined,
  resources: StackResources,
): Responses {
  return {
    ...inDefinition(definition),
    ...inProperties(properties),
    ...ofResources(api, resources),
  };
}

const headerPrefix = 'gatewayresponse.header.';

function inDefinition(definition: Reader | undefined): Responses {
  const all = definition?.map('x-amazon-apigateway-gateway-responses');
  return read(all, (response) => ({
    ...statusOf(response, 'statusCode'),
    headers: headersIn(response.textMap('responseParameters')),
    templates: response.textMap('responseTemplates') ?? {},
  }));
}

function inProperties(properties: Reader): Responses {
  return read(properties.map('GatewayResponses'), (response) => {
    response.check(serverlessGatewayResponse);
    const parameters = response
      .map('ResponseParameters')
      ?.check({ used: ['Headers'], harmless: ['Paths', 'QueryStrings'] });
    return {
      ...statusOf(response, 'StatusCode'),
      headers: parameters?.textMap('Headers') ?? {},
      templates: response.textMap('ResponseTemplates') ?? {},
    };
  });
}

function ofResources(api: ResourceEntry, resources: StackResources): Responses {
  const apiId = resources.ref(api);
  const responses: Responses = {};
  for (const entry of resources.ofType('AWS::ApiGateway::GatewayResponse')) {
    const response = resources.read(entry);
    if (response.text('RestApiId') !== apiId) continue;
    response.check(gatewayResponse);
    const type = response.requiredText('ResponseType', 'a type such as DEFAULT_4XX');
    if (type === undefined) continue;
    responses[type] = {
      ...statusOf(response, 'StatusCode'),
      headers: headersIn(response.textMap('ResponseParameters')),
      templates: response.textMap('ResponseTemplates') ?? {},
    };
  }
  return responses;
}

function read(
  all: Reader | undefined,
  settingsOf: (response: Reader) => GatewayResponseSettings,
): Responses {
  return Object.fromEntries(
    (all?.names ?? []).flatMap((type) => {
      const response = all?.map(type);
      return response === undefined ? [] : [[type, settingsOf(response)]];
    }),
  );
}

function statusOf(response: Reader, name: string): { readonly statusCode?: number } {
  const statusCode = response.number(name, { minimum: 200, maximum: 599 });
  return statusCode === undefined ? {} : { statusCode };
}

function headersIn(parameters: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).flatMap(([name, value]) =>
      name.startsWith(headerPrefix) ? [[name.slice(headerPrefix.length), value]] : [],
    ),
  );
}
