import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { isObject, singleKey } from '../json.ts';
import { eventResourcesOf } from './event-resources.ts';
import type { Expansion, ExpansionContext, IdPattern } from './expansion.ts';
import { generated, hashed } from './generated.ts';

/** The properties of a function that belong to its role. */
const ofRole: readonly string[] = [
  'AssumeRolePolicyDocument',
  'PermissionsBoundary',
  'Policies',
  'RolePath',
];

/**
 * The properties of a function that belong to its version, its alias, its URL, or the resources of
 * its events.
 */
const ofOthers: readonly string[] = [
  'AutoPublishAlias',
  'AutoPublishAliasAllProperties',
  'AutoPublishCodeSha256',
  'DeploymentPreference',
  'EventInvokeConfig',
  'Events',
  'FunctionUrlConfig',
  'ProvisionedConcurrencyConfig',
  'VersionDeletionPolicy',
  'VersionDescription',
];

/**
 * Expands a SAM function into the function, its role, URL, alias and version, and the resources of
 * its events.
 */
export function expandFunction(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId, properties } = entry;
  const { FunctionUrlConfig: url, EventInvokeConfig: invoke } = properties;
  const entries: ResourceEntry[] = [];
  const aliases: Record<string, string> = {};
  const patterns: IdPattern[] = [];
  const add = (id: string, type: string, more: Partial<ResourceEntry> = {}): ResourceEntry => {
    const made = generated(entry, id, type, more);
    entries.push(made);
    return made;
  };
  const only = (names: readonly string[]): JsonObject =>
    Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name)));

  const role = generated(entry, `${logicalId}Role`, 'AWS::IAM::Role', {
    references: [only(ofRole), invoke ?? null],
  });
  const hasRole = isPresent(properties.Role, [...entry.path, 'Role'], context);
  if (!hasRole) entries.push(role);
  else if (mayBeAbsent(properties.Role)) patterns.push(another(role));
  const destinations = madeDestinations(entry, context);
  for (const { id, type, alias, isUsed } of destinations.made) {
    aliases[`${logicalId}.${alias}`] ??= id;
    if (isUsed) add(id, type);
    else patterns.push(another(generated(entry, id, type)));
  }
  entries.push({
    ...entry,
    properties: { ...properties, ...destinations.properties },
    references: Object.fromEntries(
      Object.entries(properties).filter(
        ([name]) => !ofRole.includes(name) && !ofOthers.includes(name),
      ),
    ),
    dependsOn: hasRole ? entry.dependsOn : [...entry.dependsOn, `${logicalId}Role`],
  });

  if (invoke !== undefined) add(`${logicalId}EventInvokeConfig`, 'AWS::Lambda::EventInvokeConfig');

  const alias = context.diagnostics.attempt(() =>
    context.resolver.resolve(properties.AutoPublishAlias ?? '', [
      ...entry.path,
      'AutoPublishAlias',
    ]),
  );
  let invoked = logicalId;
  if (typeof alias === 'string' && alias !== '') {
    const version = add(`${logicalId}Version`, 'AWS::Lambda::Version', {
      properties: { FunctionName: { Ref: logicalId } },
    });
    patterns.push(hashed(version.logicalId, version));
    invoked = `${logicalId}Alias${alias.replaceAll('-', 'D').replaceAll('_', 'U')}`;
    add(invoked, 'AWS::Lambda::Alias', {
      properties: { FunctionName: { Ref: logicalId }, Name: alias },
    });
    aliases[`${logicalId}.Alias`] = invoked;
    aliases[`${logicalId}.Version`] = version.logicalId;
    entries.push(...deploymentOf(entry, invoked));
  }
  if (isObject(url)) {
    const path = [...entry.path, 'FunctionUrlConfig', 'AuthType'];
    const authType = context.diagnostics.attempt(() =>
      context.resolver.resolve(url.AuthType ?? null, path),
    );
    addUrl(
      entry,
      url,
      { isPublic: authType === 'NONE', alias: aliases[`${logicalId}.Alias`] },
      add,
    );
  }
  const made = eventResourcesOf(entry, invoked, context);
  return {
    entries: [...entries, ...made.entries],
    aliases,
    patterns: [...patterns, ...(made.patterns ?? [])],
  };
}

/**
 * Makes the deployment group of a function with a `DeploymentPreference`, and the application and
 * role that all groups of a stack share (samtranslator/model/preferences of SAM translator 1.115).
 */
function deploymentOf(entry: ResourceEntry, aliasId: string): ResourceEntry[] {
  const preference = entry.properties.DeploymentPreference;
  if (!isObject(preference) || preference.Enabled === false || preference.Enabled === 'false') {
    return [];
  }
  const { condition: _condition, ...unconditional } = entry;
  return [
    generated(entry, `${entry.logicalId}DeploymentGroup`, 'AWS::CodeDeploy::DeploymentGroup', {
      references: [preference, { Ref: aliasId }],
    }),
    generated(unconditional, 'ServerlessDeploymentApplication', 'AWS::CodeDeploy::Application'),
    generated(unconditional, 'CodeDeployServiceRole', 'AWS::IAM::Role'),
  ];
}

/** Tells whether a property has a value. `Fn::If` may remove it with `AWS::NoValue`. */
function isPresent(
  value: Json | undefined,
  path: readonly (string | number)[],
  { diagnostics, resolver }: ExpansionContext,
): boolean {
  if (value === undefined) return false;
  const result = diagnostics.attempt(() => resolver.resolve(presence(value), path));
  return result !== false;
}

/** Makes a value with the same conditions that tells whether there is a value. */
function presence(value: Json): Json {
  const name = isObject(value) ? singleKey(value) : undefined;
  const operand = isObject(value) && name !== undefined ? value[name] : undefined;
  if (name === 'Ref') return operand !== 'AWS::NoValue';
  if (name !== 'Fn::If' || !Array.isArray(operand)) return true;
  const [condition = null, whenTrue = null, whenFalse = null] = operand;
  return { 'Fn::If': [condition, presence(whenTrue), presence(whenFalse)] };
}

function mayBeAbsent(value: Json | undefined): boolean {
  return JSON.stringify(value ?? null).includes('AWS::NoValue');
}

/**
 * Makes a pattern for a resource that SAM makes if a condition has another value, so that the
 * branch that is not used can refer to it.
 */
function another(entry: ResourceEntry): IdPattern {
  return { pattern: new RegExp(`^${entry.logicalId}$`), entry };
}

/**
 * Makes a Function URL, and the two permissions with which everybody may use a URL with the type
 * NONE (`_construct_url_permission` and `_construct_invoke_permission` of SAM translator 1.110).
 *
 * @param alias the alias that the URL invokes; without one, the URL invokes the function
 */
function addUrl(
  { logicalId, path: at }: ResourceEntry,
  url: JsonObject,
  { isPublic, alias }: { readonly isPublic: boolean; readonly alias: string | undefined },
  add: (id: string, type: string, more: Partial<ResourceEntry>) => void,
): void {
  const path = [...at, 'FunctionUrlConfig'];
  const target: JsonObject =
    alias === undefined ? { 'Fn::GetAtt': [logicalId, 'Arn'] } : { Ref: alias };
  add(`${logicalId}Url`, 'AWS::Lambda::Url', {
    properties: { TargetFunctionArn: target, ...url },
    path,
  });
  if (!isPublic) return;
  const everybody = { FunctionName: target, Principal: '*' };
  add(`${logicalId}UrlPublicPermissions`, 'AWS::Lambda::Permission', {
    properties: { ...everybody, Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    path,
  });
  add(`${logicalId}URLInvokeAllowPublicAccess`, 'AWS::Lambda::Permission', {
    properties: { ...everybody, Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
    path,
  });
}

interface MadeDestination {
  readonly id: string;
  readonly type: string;
  readonly alias: string;
  /**
   * True if the queue or topic is used, because the conditions leave `Destination` without a value.
   */
  readonly isUsed: boolean;
}

/** Makes the queue or topic for a destination of type SQS or SNS that has no ARN. */
function madeDestinations(
  { logicalId, properties, path }: ResourceEntry,
  context: ExpansionContext,
): { properties: JsonObject; made: MadeDestination[] } {
  const invoke = properties.EventInvokeConfig;
  const config = isObject(invoke) ? invoke.DestinationConfig : undefined;
  if (!isObject(invoke) || !isObject(config)) return { properties: {}, made: [] };
  const completed: JsonObject = { ...config };
  const made: MadeDestination[] = [];
  for (const event of ['OnSuccess', 'OnFailure']) {
    const target = config[event];
    if (!isObject(target)) continue;
    const at = [...path, 'EventInvokeConfig', 'DestinationConfig', event, 'Destination'];
    const isUsed = !isPresent(target.Destination, at, context);
    if (!isUsed && !mayBeAbsent(target.Destination)) continue;
    const kind = target.Type === 'SQS' ? 'Queue' : target.Type === 'SNS' ? 'Topic' : undefined;
    if (kind === undefined) continue;
    const id = `${logicalId}EventInvokeConfig${event}${kind}`;
    made.push({
      ...{ id, isUsed, alias: `Destination${kind}` },
      type: kind === 'Queue' ? 'AWS::SQS::Queue' : 'AWS::SNS::Topic',
    });
    const destination = kind === 'Queue' ? { 'Fn::GetAtt': [id, 'Arn'] } : { Ref: id };
    if (isUsed) completed[event] = { ...target, Destination: destination };
  }
  return { properties: { EventInvokeConfig: { ...invoke, DestinationConfig: completed } }, made };
}
