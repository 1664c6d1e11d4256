import { show } from '../json.ts';
import type {
  ContentHandling,
  IntegrationTarget,
  MappedIntegration,
  RequestMapping,
  ResponseMapping,
} from '../model.ts';
import { functionArnOfUri } from '../names.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { roleNamed } from './roles.ts';
import type { StackResources } from './stack-resources.ts';

/** The names of an integration's properties in a kind of resource. */
export interface IntegrationNames {
  readonly type: string;
  readonly uri: string;
  readonly method: string;
  readonly credentials: string;
  readonly requestTemplates: string;
  readonly templateSelection?: string;
  readonly passthrough: string;
  readonly requestParameters: string;
  readonly contentHandling: string;
  readonly timeout: string;
}

/** The names of an integration response's properties. */
export interface ResponseNames {
  readonly responseTemplates: string;
  readonly templateSelection?: string;
  readonly responseParameters: string;
  readonly contentHandling: string;
  readonly statusCode?: string;
}

const TYPES = ['AWS', 'HTTP', 'HTTP_PROXY', 'MOCK'];

/** The services that the local AWS endpoint emulates, by their names in URIs. */
const RUNNING: readonly string[] = [
  ...['dynamodb', 'events', 'execute-api', 'lambda', 'logs', 'monitoring', 's3', 'scheduler'],
  ...['secretsmanager', 'sns', 'sqs', 'ssm', 'sts', 'xray'],
];

/** Tells whether an integration has mappings. All types except `AWS_PROXY` have them. */
export function isMapped(type: string | undefined): boolean {
  return type !== undefined && TYPES.includes(type.toUpperCase());
}

/**
 * Reads an integration with mappings from any kind of resource. If it cannot run here, it reports
 * that and gives undefined.
 *
 * @param what the name of the route in warnings
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html
 */
export function mappedIntegration(
  integration: Reader,
  names: IntegrationNames,
  responses: readonly ResponseMapping[],
  maximumTimeoutMs: number,
  resources: StackResources,
): MappedIntegration | undefined {
  const type = integration.text(names.type)?.toUpperCase() ?? '';
  const target = targetOf(type, integration, names, resources);
  if (target === undefined) return undefined;
  const timeoutMs = integration.number(names.timeout, {
    ...{ unit: 'milliseconds', minimum: 50, maximum: maximumTimeoutMs },
  });
  return {
    ...{ type: 'mapped', target, responses, isProxy: type === 'HTTP_PROXY' },
    timeoutMs: timeoutMs ?? maximumTimeoutMs,
    request: requestMapping(integration, names),
  };
}

function requestMapping(integration: Reader, names: IntegrationNames): RequestMapping {
  const behaviours = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'] as const;
  const passthrough = integration.text(names.passthrough)?.toUpperCase();
  const known = behaviours.find((one) => one === passthrough);
  if (passthrough !== undefined && known === undefined) {
    integration.expected(names.passthrough, `one of ${behaviours.join(', ')}`);
  }
  const selection =
    names.templateSelection === undefined ? undefined : integration.text(names.templateSelection);
  return {
    templates: lowerCaseTypes(integration.textMap(names.requestTemplates) ?? {}),
    ...(selection !== undefined && { templateSelection: selection }),
    passthrough: known ?? 'WHEN_NO_MATCH',
    parameters: integration.textMap(names.requestParameters) ?? {},
    ...contentHandlingOf(integration, names.contentHandling),
  };
}

/**
 * Converts media types to lower case, because their case does not matter. The keys of WebSocket
 * APIs are not media types.
 */
function lowerCaseTypes(templates: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([key, text]) => [
      key.includes('/') ? key.toLowerCase() : key,
      text,
    ]),
  );
}

/**
 * Reads an integration response.
 * @param pattern the selection pattern; absent for the default
 */
export function responseMapping(
  response: Reader,
  names: ResponseNames,
  pattern: string | undefined,
): ResponseMapping {
  const { statusCode: status, templateSelection } = names;
  const statusCode =
    status === undefined ? undefined : response.number(status, { minimum: 100, maximum: 599 });
  const selection = templateSelection === undefined ? undefined : response.text(templateSelection);
  return {
    ...(pattern !== undefined && isPattern(pattern, response) && { pattern }),
    ...(statusCode !== undefined && { statusCode }),
    templates: lowerCaseTypes(response.textMap(names.responseTemplates) ?? {}),
    ...(selection !== undefined && { templateSelection: selection }),
    parameters: response.textMap(names.responseParameters) ?? {},
    ...contentHandlingOf(response, names.contentHandling),
  };
}

function isPattern(pattern: string, response: Reader): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    response.diagnostics.error(
      response.path,
      `expected a regular expression that selects the response, got ${pattern}`,
    );
    return false;
  }
}

function contentHandlingOf(
  reader: Reader,
  name: string,
): { readonly contentHandling?: ContentHandling } {
  const contentHandling = reader.oneOf(name, ['CONVERT_TO_BINARY', 'CONVERT_TO_TEXT']);
  return contentHandling === undefined ? {} : { contentHandling };
}

function targetOf(
  type: string,
  integration: Reader,
  names: IntegrationNames,
  resources: StackResources,
): IntegrationTarget | undefined {
  if (type === 'MOCK') return { type: 'mock' };
  const uri = integration.requiredText(names.uri, 'the address of the integration');
  if (uri === undefined) return undefined;
  const method = integration.text(names.method)?.toUpperCase();
  if (type !== 'AWS') return httpTarget(uri, method, integration, names);
  if (functionArnOfUri(uri) !== undefined) {
    const functionLogicalId = resources.functionOrWarn(uri, integration.path, 'the route');
    if (functionLogicalId === undefined) return undefined;
    const by = invokedBy(integration, names.credentials, uri, resources);
    return { type: 'function', functionLogicalId, ...by };
  }
  const [, region, service, kind, rest = ''] =
    /^arn:[\w-]+:apigateway:([\w-]+):([\w.-]+):(action|path)\/(.*)$/.exec(uri) ?? [];
  if (region === undefined || service === undefined) {
    const example = 'arn:aws:apigateway:<region>:<service>:action/<operation>';
    leaveOut(integration, names, `an ARN such as ${example}`, uri);
    return undefined;
  }
  if (!RUNNING.includes(service)) {
    resources.diagnostics.warn(
      integration.path,
      `the integration calls ${service}, which is not emulated: its calls get a 501`,
    );
  }
  const credentials = integration.text(names.credentials);
  return {
    ...{ type: 'service', region, service, method: method ?? 'POST' },
    ...(kind === 'action'
      ? { action: rest.split('&', 1)[0] ?? '', path: '/' }
      : { path: `/${rest}` }),
    ...(credentials !== undefined && { role: roleNamed(credentials, resources) }),
  };
}

function httpTarget(
  url: string,
  method: string | undefined,
  integration: Reader,
  names: IntegrationNames,
): IntegrationTarget | undefined {
  // A stage variable may contain the whole URL.
  if (!/^(?:https?:\/\/|\$\{stageVariables\.)/i.test(url)) {
    leaveOut(integration, names, 'an address such as https://example.com/{path}', url);
    return undefined;
  }
  return { type: 'http', url, ...(method !== undefined && method !== 'ANY' && { method }) };
}

/** Warns that a route is left out. The other routes of the API are served. */
function leaveOut(
  integration: Reader,
  names: IntegrationNames,
  expected: string,
  uri: string,
): void {
  integration.diagnostics.warn(
    integration.at(names.uri),
    `the route is left out: expected ${expected}, got ${show(uri)}`,
  );
}
