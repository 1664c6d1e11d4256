import { dirname, resolve } from 'node:path';
import { Conditions } from './conditions.ts';
import { Diagnostics } from './diagnostics.ts';
import { readEntries } from './entries.ts';
import { Globals } from './globals.ts';
import { Resolver } from './intrinsics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show } from './json.ts';
import type { Stack } from './model.ts';
import { defaultAccountId, stackIdentity } from './names.ts';
import { resolveOutputs } from './outputs.ts';
import { resolveParameters } from './parameters.ts';
import type { ParsedFile, Position } from './parse-yaml.ts';
import { parseYamlFile } from './parse-yaml.ts';
import { checkPropertyNames } from './properties/index.ts';
import {
  alarmsOf,
  bucketsOf,
  dashboardsOf,
  eventBusesOf,
  eventSourceMappingsOf,
  functionPoliciesOf,
  functionsOf,
  httpApisOf,
  queuesOf,
  resourcePoliciesOf,
  rulesOf,
  scheduleGroupsOf,
  schedulesOf,
  secretsOf,
  ssmParametersOf,
  StackResources,
  subscriptionsOf,
  tablesOf,
  topicsOf,
  warnOfUnsupported,
  webSocketApisOf,
} from './resources/index.ts';
import { expandServerless } from './serverless/index.ts';
import { checkSections, languageExtensions, transformsOf } from './sections.ts';
import { expandForEach, hasForEach } from './for-each.ts';
import { noValues, readLocalValues } from './local-values.ts';
import { checkCycles, checkReferences } from './validate.ts';
import { Values } from './values.ts';
import { statesPermissions } from './stated-permissions.ts';

export interface LoadStackOptions {
  /**
   * The path of a SAM or CloudFormation template in YAML or JSON, relative to the working
   * directory.
   */
  readonly templatePath: string;
  /** The value of `AWS::StackName`. */
  readonly stackName: string;
  /** The value of `AWS::Region`. */
  readonly region: string;
  /** The value of `AWS::AccountId`. The default is 123456789012. */
  readonly accountId?: string;
  /** The values of parameters, which replace their defaults. */
  readonly parameterOverrides: Readonly<Record<string, string>>;
  /**
   * The values of parameters from a configuration file. Those of unknown parameters are ignored.
   */
  readonly configuredParameters?: Readonly<Record<string, string>>;
  /**
   * The path of the file with values from outside of the stack, relative to the working directory.
   */
  readonly valuesPath?: string;
}

/**
 * Reads a template and makes the model of a stack from it. `warnings` of the stack names what is
 * not emulated.
 *
 * @throws TemplateError with all independent problems of the template
 */
export function loadStack(options: LoadStackOptions): Stack {
  const { stackName, region, accountId = defaultAccountId, parameterOverrides } = options;
  const templatePath = resolve(options.templatePath);
  const file = parseYamlFile(templatePath);
  const diagnostics = new Diagnostics(templatePath, locator(file));
  const written = templateOf(file, diagnostics);
  for (const path of file.duplicates) {
    diagnostics.warn(path, 'the key is given twice; the last one counts');
  }
  checkSections(written, diagnostics);

  const identity = stackIdentity(stackName, region, accountId);
  const localValues =
    options.valuesPath === undefined ? noValues : readLocalValues(resolve(options.valuesPath));
  const configured = Object.fromEntries(
    Object.entries(options.configuredParameters ?? {}).filter(
      ([name]) => name in sectionOf(written, 'Parameters'),
    ),
  );
  const parameters = resolveParameters(
    sectionOf(written, 'Parameters'),
    { ...configured, ...parameterOverrides },
    localValues.parameters,
    diagnostics,
  );
  const evaluate = (
    source: JsonObject,
  ): { conditions: Conditions; values: Values; resolver: Resolver } => {
    const conditions = new Conditions(sectionOf(source, 'Conditions'), diagnostics, () => resolver);
    const values = new Values(identity, parameters, conditions, diagnostics, () => resolver);
    const resolver: Resolver = new Resolver({
      ...{ region, conditions, diagnostics },
      mappings: sectionOf(source, 'Mappings'),
      references: values,
      values: localValues,
    });
    return { conditions, values, resolver };
  };
  const template = withoutLoops(written, diagnostics, evaluate(written).resolver);
  const { conditions, values, resolver } = evaluate(template);
  for (const name of conditions.names) {
    diagnostics.attempt(() => conditions.value(name, ['Conditions', name]));
  }

  const globals = new Globals(template.Globals, diagnostics);
  const entries = readEntries(template.Resources, globals, diagnostics);
  const expanded = expandServerless({
    ...{ globals, diagnostics, resolver, parameters },
    written: entries,
  });
  values.setResources(expanded);
  const scope = {
    template,
    parameters: new Set(parameters.keys()),
    conditions,
    resources: expanded,
    diagnostics,
  };
  checkReferences(scope);
  // Names in a circular dependency have no value.
  if (checkCycles(scope)) diagnostics.throwIfAny();

  const resources = new StackResources(
    identity,
    dirname(templatePath),
    expanded.entries.values(),
    values,
    resolver,
    diagnostics,
  );
  warnOfUnsupported(resources);
  for (const entry of resources.entries) checkPropertyNames(entry, diagnostics);
  const model = {
    functions: functionsOf(resources),
    webSocketApis: webSocketApisOf(resources),
    httpApis: httpApisOf(resources),
    tables: tablesOf(resources),
    queues: queuesOf(resources),
    buckets: bucketsOf(resources),
    topics: topicsOf(resources),
    subscriptions: subscriptionsOf(resources),
    eventBuses: eventBusesOf(resources),
    rules: rulesOf(resources),
    schedules: schedulesOf(resources),
    scheduleGroups: scheduleGroupsOf(resources),
    parameters: ssmParametersOf(resources),
    secrets: secretsOf(resources),
    resourcePolicies: new Map([...resourcePoliciesOf(resources), ...functionPoliciesOf(resources)]),
    eventSourceMappings: eventSourceMappingsOf(resources),
    alarms: alarmsOf(resources),
    dashboards: dashboardsOf(resources),
    statesPermissions: statesPermissions(entries),
    outputs: resolveOutputs(template.Outputs, resources, conditions),
  };
  diagnostics.throwIfAny();
  return {
    name: stackName,
    region,
    accountId,
    templatePath,
    ...model,
    values: localValues,
    warnings: diagnostics.warnings,
  };
}

function sectionOf(template: JsonObject, name: string): JsonObject {
  const value = template[name];
  return isObject(value) ? value : {};
}

/** Expands the loops of a template, before anything else is read. */
function withoutLoops(
  template: JsonObject,
  diagnostics: Diagnostics,
  resolver: Resolver,
): JsonObject {
  if (!hasForEach(template)) return template;
  if (!transformsOf(template).includes(languageExtensions)) {
    const message = `expected \`Transform: ${languageExtensions}\`, which Fn::ForEach needs`;
    diagnostics.error(['Transform'], message);
  }
  const resolve = (value: Json, path: Path): Json | undefined => resolver.resolve(value, path);
  const expanded = expandForEach(template, [], { diagnostics, resolve });
  return isObject(expanded) ? expanded : template;
}

function templateOf(file: ParsedFile, diagnostics: Diagnostics): JsonObject {
  if (isObject(file.value)) return file.value;
  diagnostics.error([], `expected a template with Resources, got ${show(file.value)}`);
  diagnostics.throwIfAny();
  return {};
}

/**
 * Makes a function that finds positions. The position of a property that comes from `Globals` is
 * there.
 */
function locator(file: ParsedFile): (path: Path) => Position | undefined {
  return (path) => {
    if (path.length === 0) return undefined;
    const [section, logicalId, attribute, property] = path;
    if (
      section === 'Resources' &&
      logicalId !== undefined &&
      attribute === 'Properties' &&
      property !== undefined &&
      file.depth(path) <= 3
    ) {
      const type = typeOf(file, logicalId);
      const inGlobals: Path = ['Globals', type, ...path.slice(3)];
      if (file.depth(inGlobals) >= 3) return file.locate(inGlobals);
    }
    return file.locate(path);
  };
}

function typeOf({ value }: ParsedFile, logicalId: string | number): string {
  const resources = isObject(value) ? value.Resources : undefined;
  const resource = isObject(resources) ? resources[logicalId] : undefined;
  const type = isObject(resource) ? resource.Type : undefined;
  return typeof type === 'string' ? (type.split('::')[2] ?? '') : '';
}
