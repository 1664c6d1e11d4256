import type { Conditions } from './conditions.ts';
import type { Diagnostics } from './diagnostics.ts';
import { splitOnce } from './intrinsics.ts';
import type { Json, Path } from './json.ts';
import { isObject, singleKey } from './json.ts';

/** A place in a template that refers to a name. */
export type Reference =
  | { readonly kind: 'ref' | 'getAtt'; readonly name: string; readonly path: Path }
  | { readonly kind: 'condition'; readonly name: string; readonly path: Path };

/**
 * Finds all references in a value. `branch` chooses the branches of `Fn::If`: both of them to check
 * that names exist, or only the one that applies to find dependencies.
 */
export function* referencesIn(
  value: Json,
  path: Path,
  branch: (condition: string, path: Path) => 'both' | 'true' | 'false',
): Generator<Reference> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* referencesIn(item, [...path, index], branch);
    }
    return;
  }
  if (!isObject(value)) return;
  const name = singleKey(value);
  const operand = name === undefined ? undefined : value[name];
  if (name !== undefined && operand !== undefined) {
    const at = [...path, name];
    if (name === 'Ref' && typeof operand === 'string') {
      yield { kind: 'ref', name: operand, path: at };
      return;
    }
    if (name === 'Fn::GetAtt') {
      const [logicalId] = typeof operand === 'string' ? splitOnce(operand) : asList(operand);
      if (typeof logicalId === 'string') yield { kind: 'getAtt', name: logicalId, path: at };
      return;
    }
    if (name === 'Fn::Sub') {
      yield* substitutionsIn(operand, at, branch);
      return;
    }
    if (name === 'Fn::If' && Array.isArray(operand)) {
      yield* branchesOf(operand, at, branch);
      return;
    }
  }
  for (const [key, item] of Object.entries(value))
    yield* referencesIn(item, [...path, key], branch);
}

function* branchesOf(
  [condition, whenTrue = null, whenFalse = null]: Json[],
  path: Path,
  branch: (condition: string, path: Path) => 'both' | 'true' | 'false',
): Generator<Reference> {
  if (typeof condition !== 'string') return;
  yield { kind: 'condition', name: condition, path };
  const taken = branch(condition, path);
  if (taken !== 'false') yield* referencesIn(whenTrue, [...path, 1], branch);
  if (taken !== 'true') yield* referencesIn(whenFalse, [...path, 2], branch);
}

function* substitutionsIn(
  operand: Json,
  path: Path,
  branch: (condition: string, path: Path) => 'both' | 'true' | 'false',
): Generator<Reference> {
  const [template, variables = {}] = Array.isArray(operand) ? operand : [operand];
  if (typeof template !== 'string' || !isObject(variables)) return;
  yield* referencesIn(variables, [...path, 1], branch);
  for (const [, content = ''] of template.matchAll(/\$\{([^{}]*)\}/g)) {
    const name = content.trim();
    if (content.startsWith('!') || name in variables) continue;
    const [logicalId = '', attribute] = splitOnce(name);
    if (attribute === undefined) yield { kind: 'ref', name, path };
    // `${Function.Alias}` may refer to a resource that SAM generates. Both forms are looked up.
    else yield { kind: 'getAtt', name: logicalId, path };
  }
}

function asList(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Finds the logical ids and other names that a value refers to, with the current values of the
 * conditions.
 */
export function namesIn(value: Json, conditions: Conditions, diagnostics: Diagnostics): string[] {
  const branch = (condition: string, path: Path): 'true' | 'false' | 'both' => {
    if (!conditions.names.includes(condition)) return 'both';
    const holds = diagnostics.attempt(() => conditions.value(condition, path));
    return holds === undefined ? 'both' : holds ? 'true' : 'false';
  };
  return [...referencesIn(value, [], branch)]
    .filter((reference) => reference.kind !== 'condition')
    .map((reference) => reference.name);
}
