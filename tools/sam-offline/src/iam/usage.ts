import { createContext } from './request.ts';
import { parsePolicy } from './policy-document.ts';
import type { PolicySource, RolePolicies } from './roles.ts';

/** A permission that a run needed. */
export interface UsedPermission {
  readonly action: string;
  readonly resource: string;
}

/** One line of the report about a function's permissions. */
export interface PermissionFinding {
  /**
   * `unused`: granted, but no call of the run needed it. `wide`: granted with a wildcard, but the
   * run needed only what `used` lists. `missing`: needed, but not granted.
   */
  readonly kind: 'unused' | 'wide' | 'missing';
  readonly action: string;
  readonly resource: string;
  readonly used?: readonly string[];
  readonly policy?: string;
  readonly line?: number;
}

/**
 * Compares what a role grants with what a run used. Policies that AWS manages or SAM attaches are
 * not compared, because the template does not contain their statements.
 */
export function comparePermissions(
  role: RolePolicies,
  granted: readonly UsedPermission[],
  denied: readonly UsedPermission[],
): PermissionFinding[] {
  return [
    ...role.policies
      .filter(({ isAttached }) => isAttached !== true)
      .flatMap((source) => compareWithPolicy(source, granted)),
    ...denied.map(({ action, resource }) => ({ kind: 'missing' as const, action, resource })),
  ];
}

function compareWithPolicy(
  { name, line, document }: PolicySource,
  granted: readonly UsedPermission[],
): PermissionFinding[] {
  const context = createContext();
  const findings: PermissionFinding[] = [];
  for (const { effect, action, resource } of parsePolicy(name, document, { type: 'identity' })
    .statements) {
    // A Not… list grants everything else, so no run can use all of it.
    if (effect !== 'Allow' || action.negated || resource === undefined || resource.negated)
      continue;
    for (const actionPattern of action.patterns) {
      for (const resourcePattern of resource.patterns) {
        const used = granted.filter(
          (permission) =>
            actionPattern.matches(permission.action, context) === true &&
            // The result is undefined if a variable has no value: the pattern may match then.
            resourcePattern.matches(permission.resource, context) !== false,
        );
        const of = { action: actionPattern.text, resource: resourcePattern.text, policy: name };
        const where = { ...of, ...(line !== undefined && { line }) };
        if (used.length === 0) findings.push({ kind: 'unused', ...where });
        else if (isWide(actionPattern.text)) {
          const actions = [...new Set(used.map((permission) => permission.action))].sort();
          findings.push({ kind: 'wide', ...where, used: actions });
        } else if (resourcePattern.text === '*') {
          const resources = [...new Set(used.map((permission) => permission.resource))].sort();
          // An action without resource types can only be granted on `*`.
          if (!resources.includes('*')) findings.push({ kind: 'wide', ...where, used: resources });
        }
      }
    }
  }
  return findings;
}

function isWide(pattern: string): boolean {
  return /[*?]/.test(pattern);
}
