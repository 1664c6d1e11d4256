import type { PolicySource } from '../../iam/index.ts';
import type { ResourceEntry } from '../entries.ts';
import type { JsonObject } from '../json.ts';
import { functionArnOfUri } from '../names.ts';
import type { Reader } from '../reader.ts';
import type { StackResources } from './stack-resources.ts';

/**
 * Reads the resource policies of the stack's functions, aliases and versions, by their ARNs. Lambda
 * makes a statement from each `AWS::Lambda::Permission`
 * (https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html).
 */
export function functionPoliciesOf(resources: StackResources): Map<string, PolicySource> {
  const statements = new Map<string, JsonObject[]>();
  for (const entry of resources.ofType('AWS::Lambda::Permission')) {
    // The permissions that SAM makes for some events have no properties here.
    if (entry.generatedBy !== undefined && Object.keys(entry.properties).length === 0) continue;
    const properties = resources.read(entry);
    const name = properties.requiredText('FunctionName', 'the name or ARN of a function');
    const arn = name === undefined ? undefined : invokedArn(name, resources);
    if (arn === undefined) continue;
    const list = statements.get(arn) ?? [];
    statements.set(arn, list);
    list.push(statementOf(entry, arn, properties));
  }
  return new Map(
    [...statements].map(([arn, list]) => [
      arn,
      {
        name: `the permissions of ${arn.split(':').slice(6).join(':')}`,
        document: { Version: '2012-10-17', Statement: list },
      },
    ]),
  );
}

/**
 * Gives the ARN of a function that a name, an ARN or an integration's URI names, with its alias or
 * version. Undefined if the function is not in this stack.
 */
export function invokedArn(nameOrArn: string, resources: StackResources): string | undefined {
  const [, name = nameOrArn, qualifier = ''] =
    /^(?:\d+:function:)?([\w-]+)(:[\w$-]+)?$/.exec(nameOrArn) ?? [];
  const entry = resources.functionOf(name);
  if (entry === undefined) return undefined;
  const arn = functionArnOfUri(name) ?? `${resources.attribute(entry, 'Arn') ?? ''}${qualifier}`;
  return arn.replace(/:\$LATEST$/, '');
}

/**
 * Gives the invoked ARN; absent if a role invokes the function.
 * @param role the name of the property with the role
 */
export function invokedBy(
  properties: Reader,
  role: string,
  uri: string,
  resources: StackResources,
): { readonly functionArn?: string } {
  if (properties.has(role)) {
    const message = 'whether this role may invoke the function is not checked';
    properties.diagnostics.warn(properties.at(role), message);
    return {};
  }
  const functionArn = invokedArn(uri, resources);
  return functionArn === undefined ? {} : { functionArn };
}

function statementOf(entry: ResourceEntry, arn: string, properties: Reader): JsonObject {
  return {
    Sid: entry.logicalId,
    Effect: 'Allow',
    Action: properties.requiredText('Action', 'an action such as lambda:InvokeFunction') ?? '',
    Principal: principalOf(properties.requiredText('Principal', 'a service or an account') ?? ''),
    Resource: arn,
    Condition: {
      ...('SourceArn' in entry.properties && sourceCondition(entry, properties)),
      StringEquals: {
        ...conditionOf(properties, 'SourceAccount', 'aws:SourceAccount'),
        ...conditionOf(properties, 'PrincipalOrgID', 'aws:PrincipalOrgID'),
        ...conditionOf(properties, 'EventSourceToken', 'lambda:EventSourceToken'),
        ...conditionOf(properties, 'FunctionUrlAuthType', 'lambda:FunctionUrlAuthType'),
      },
      ...(properties.boolean('InvokedViaFunctionUrl') === true && {
        Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
      }),
    },
  };
}

/**
 * Makes the condition on the source. The value of an imported ARN is unknown here, so every source
 * matches, and a warning reports it.
 */
function sourceCondition(entry: ResourceEntry, properties: Reader): JsonObject {
  const arn = properties.text('SourceArn');
  if (JSON.stringify(entry.properties.SourceArn).includes('"Fn::ImportValue"')) {
    const message = 'the SourceArn is imported, so every source is allowed here';
    properties.diagnostics.warn(properties.at('SourceArn'), message);
    return {};
  }
  return arn === undefined ? {} : { ArnLike: { 'aws:SourceArn': arn } };
}

function conditionOf(properties: Reader, name: string, key: string): JsonObject {
  const value = properties.text(name);
  return value === undefined ? {} : { [key]: value };
}

function principalOf(principal: string): JsonObject | string {
  if (principal === '*') return principal;
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:aws:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}
