import type { ResourceEntry } from '../entries.ts';
import type { HttpServiceRoute, HttpServiceSubtype } from '../model.ts';
import { integration as integrationProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { roleNamed } from './roles.ts';
import type { StackResources } from './stack-resources.ts';

/** The required parameters of each emulated first-class integration. */
const REQUIRED: Readonly<Record<HttpServiceSubtype, readonly string[]>> = {
  'EventBridge-PutEvents': ['Detail', 'DetailType', 'Source'],
  'SQS-DeleteMessage': ['QueueUrl', 'ReceiptHandle'],
  'SQS-PurgeQueue': ['QueueUrl'],
  'SQS-ReceiveMessage': ['QueueUrl'],
  'SQS-SendMessage': ['QueueUrl', 'MessageBody'],
};

/** Tells whether a subtype is that of an emulated first-class integration. */
export function isServiceSubtype(subtype: string | undefined): subtype is HttpServiceSubtype {
  return subtype !== undefined && Object.hasOwn(REQUIRED, subtype);
}

/**
 * Reads the service call of an integration; undefined if the integration's service is not emulated.
 *
 * @param names the names of the properties, which begin with a lower-case letter in OpenAPI
 * definitions
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services-reference.html
 */
export function serviceOf(
  integration: Reader,
  names: { readonly subtype: string; readonly parameters: string; readonly role: string },
  resources: StackResources,
): Pick<HttpServiceRoute, 'subtype' | 'parameters' | 'role'> | undefined {
  const subtype = integration.text(names.subtype);
  if (!isServiceSubtype(subtype)) return undefined;
  const parameters = integration.textMap(names.parameters) ?? {};
  for (const name of REQUIRED[subtype]) {
    if (name in parameters) continue;
    integration.diagnostics.error(
      integration.at(names.parameters),
      `expected ${name}, which ${subtype} needs, but it is missing`,
    );
  }
  const role = integration.requiredText(names.role, 'the ARN of the role that calls the service');
  return { subtype, parameters, ...(role !== undefined && { role: roleNamed(role, resources) }) };
}

/** Does the same for the `AWS::ApiGatewayV2::Integration` that a route's `Target` names. */
export function serviceOfRoute(
  route: Reader,
  resources: StackResources,
): ReturnType<typeof serviceOf> {
  const id = /^integrations\/(.+)$/.exec(route.text('Target') ?? '')?.[1];
  const entry: ResourceEntry | undefined =
    id === undefined ? undefined : resources.byRef(id, 'AWS::ApiGatewayV2::Integration');
  if (entry === undefined) return undefined;
  const integration = resources.read(entry);
  const names = {
    ...{ subtype: 'IntegrationSubtype', parameters: 'RequestParameters', role: 'CredentialsArn' },
  };
  const service = serviceOf(integration, names, resources);
  if (service !== undefined) integration.check(integrationProperties);
  return service;
}
