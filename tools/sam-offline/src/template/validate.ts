import type { Conditions } from './conditions.ts';
import { findCycles } from './cycles.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject } from './json.ts';
import { namesIn, referencesIn } from './references.ts';
import type { ExpandedResources } from './serverless/index.ts';
import { didYouMean } from '../suggestions.ts';
import { findEntry, isPseudoParameter, unknownName, unknownResource } from './values.ts';

interface ValidationScope {
  readonly template: JsonObject;
  readonly parameters: ReadonlySet<string>;
  readonly conditions: Conditions;
  readonly resources: ExpandedResources;
  readonly diagnostics: Diagnostics;
}

/** Reports all references to unknown names, as CloudFormation does before a deployment. */
export function checkReferences(scope: ValidationScope): void {
  for (const [section, value] of Object.entries(scope.template)) {
    if (['Globals', 'Outputs'].includes(section)) checkValue(value, [section], scope);
    if (section !== 'Resources' || !isObject(value)) continue;
    for (const [logicalId, resource] of Object.entries(value)) {
      if (isObject(resource)) checkResource(logicalId, resource, scope);
    }
  }
  const outputs = scope.template.Outputs;
  for (const [name, output] of Object.entries(isObject(outputs) ? outputs : {})) {
    if (isObject(output)) checkCondition(output, ['Outputs', name], scope);
  }
}

function checkResource(logicalId: string, resource: JsonObject, scope: ValidationScope): void {
  const path = ['Resources', logicalId];
  checkValue(resource.Properties ?? {}, [...path, 'Properties'], scope);
  checkCondition(resource, path, scope);
  const dependsOn = resource.DependsOn;
  const names = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  for (const name of names) {
    if (typeof name !== 'string' || findEntry(name, scope.resources) !== undefined) continue;
    scope.diagnostics.error([...path, 'DependsOn'], unknownResource(name, scope.resources));
  }
}

function checkCondition(owner: JsonObject, path: Path, scope: ValidationScope): void {
  const name = owner.Condition;
  if (typeof name !== 'string' || scope.conditions.names.includes(name)) return;
  const hint = didYouMean(name, scope.conditions.names);
  scope.diagnostics.error([...path, 'Condition'], `there is no condition \`${name}\`${hint}`);
}

function checkValue(value: Json, path: Path, scope: ValidationScope): void {
  const { parameters, conditions, resources, diagnostics } = scope;
  for (const reference of referencesIn(value, path, () => 'both')) {
    const { kind, name } = reference;
    if (kind === 'condition') {
      if (conditions.names.includes(name)) continue;
      const hint = didYouMean(name, conditions.names);
      diagnostics.error(reference.path, `there is no condition \`${name}\`${hint}`);
      continue;
    }
    const isResource = findEntry(name, resources) !== undefined;
    if (kind === 'getAtt') {
      if (!isResource) diagnostics.error(reference.path, unknownResource(name, resources));
      continue;
    }
    if (isResource || parameters.has(name) || isPseudoParameter(name)) continue;
    diagnostics.error(reference.path, unknownName(name, resources, parameters));
  }
}

/**
 * Reports circular dependencies. A function that refers to the API of its own events is one on AWS,
 * because the API's definition names the function. It can run here, so it is only a warning.
 *
 * @returns whether there is a circular dependency that cannot run
 */
export function checkCycles(scope: ValidationScope): boolean {
  const { resources, conditions, diagnostics } = scope;
  const edges = new Map<string, string[]>();
  for (const entry of resources.entries.values()) {
    const names = namesIn(entry.references ?? entry.properties, conditions, diagnostics);
    const targets = [...names, ...entry.dependsOn].flatMap((name) => {
      const target = findEntry(name, resources);
      if (target === undefined) return [];
      // SAM makes several resources from one, and they may refer to each other.
      const isSelf = target === entry && entry.type.startsWith('AWS::Serverless::');
      return isSelf ? [] : [target.logicalId];
    });
    edges.set(entry.logicalId, targets);
  }
  const place = (chain: readonly string[]): Path => {
    const owner = resources.entries.get(chain[0] ?? '');
    return ['Resources', owner?.generatedBy ?? owner?.logicalId ?? ''];
  };
  const written = findCycles(edges.keys(), (node) => edges.get(node) ?? []);
  for (const chain of written) {
    diagnostics.error(place(chain), `circular dependency: ${chain.join(' → ')}`);
  }
  if (written.length > 0) return true;
  const withEvents = (node: string): string[] => [
    ...(edges.get(node) ?? []),
    ...(resources.entries.get(node)?.embeds ?? []),
  ];
  for (const chain of findCycles(edges.keys(), withEvents)) {
    diagnostics.warn(
      place(chain),
      `AWS would refuse this circular dependency, which comes from the events: ${chain.join(' → ')}`,
    );
  }
  return false;
}
