import type { ApplyingPolicies, Decision } from './evaluate.ts';
import type { Policy } from './policy-document.ts';

/** A policy document, resolved, and where it stands. */
export interface PolicySource {
  /** `MyFunction.Policies[0].DynamoDBCrudPolicy`, a managed policy's name, or a resource's logical id. */
  readonly name: string;
  /** In the template. */
  readonly line?: number;
  readonly document: unknown;
  /** AWS manages it, or SAM attaches it by itself: the template does not have its statements. */
  readonly isAttached?: true;
}

/** The policies of a role, which its calls are checked by. */
export interface RolePolicies {
  readonly policies: readonly PolicySource[];
  readonly boundary?: PolicySource;
  /** Why not all of its policies are known. Its calls pass, since they may be allowed. */
  readonly unchecked?: string;
}

/** A role with its policies parsed. */
export interface CheckedRole {
  readonly policies: Pick<ApplyingPolicies, 'identity' | 'boundary'>;
  /** The template's line of a policy, by the policy's name. */
  readonly lines: ReadonlyMap<string, number>;
  /** @returns the decision for an action on a resource; `decide` makes it where it is not remembered */
  remember(action: string, resource: string, decide: () => Decision): Decision;
}

/** A role's decisions are remembered for so many pairs of action and resource; then all are forgotten. */
const REMEMBERED = 10_000;

/** @param parse reads a policy document, and takes note of what it does not understand */
export function checkedRole(
  { policies, boundary: boundarySource }: RolePolicies,
  parse: (source: PolicySource) => Policy,
): CheckedRole {
  const identity = policies.map(parse);
  const boundary = boundarySource && parse(boundarySource);
  const isConstant = [...identity, ...(boundary ? [boundary] : [])].every(decidesByNames);
  const decisions = new Map<string, Decision>();
  return {
    policies: { identity, ...(boundary && { boundary }) },
    lines: new Map(
      [...policies, ...(boundarySource ? [boundarySource] : [])].flatMap(({ name, line }) =>
        line === undefined ? [] : [[name, line] as const],
      ),
    ),
    remember(action, resource, decide) {
      if (!isConstant) return decide();
      const key = `${action} ${resource}`;
      const known = decisions.get(key);
      if (known !== undefined) return known;
      const decision = decide();
      if (decisions.size >= REMEMBERED) decisions.clear();
      decisions.set(key, decision);
      return decision;
    },
  };
}

/** Whether a policy decides by action and resource alone, without a condition or a variable. */
function decidesByNames({ statements }: Policy): boolean {
  return statements.every(
    ({ conditions, resource }) =>
      conditions.length === 0 &&
      (resource?.patterns ?? []).every((pattern) => !pattern.text.includes('${')),
  );
}
