import type { ApplyingPolicies, Decision } from './evaluate.ts';
import type { Policy } from './policy-document.ts';

/** A policy document without intrinsic functions, and its place in the template. */
export interface PolicySource {
  /** `MyFunction.Policies[0].DynamoDBCrudPolicy`, a managed policy's name, or a resource's logical id. */
  readonly name: string;
  /** The line in the template. */
  readonly line?: number;
  readonly document: unknown;
  /**
   * True if the template does not contain the statements, because AWS manages the policy or SAM
   * attaches it.
   */
  readonly isAttached?: true;
}

/** The policies that a role's calls are checked against. */
export interface RolePolicies {
  readonly policies: readonly PolicySource[];
  readonly boundary?: PolicySource;
  /**
   * The reason why some of the policies are unknown. All calls are allowed then, because an unknown
   * policy may allow them.
   */
  readonly unchecked?: string;
}

/** A role with its parsed policies. */
export interface CheckedRole {
  readonly policies: Pick<ApplyingPolicies, 'identity' | 'boundary'>;
  /** The line in the template of each policy, by the policy's name. */
  readonly lines: ReadonlyMap<string, number>;
  /**
   * Gives the decision for an action on a resource. It calls `decide` if the decision is not
   * remembered.
   */
  remember(action: string, resource: string, decide: () => Decision): Decision;
}

/**
 * The maximum number of decisions that are remembered for a role, one for each pair of action and
 * resource. When it is reached, all are forgotten.
 */
const REMEMBERED = 10_000;

/**
 * Parses the policies of a role. @param parse reads a policy document, and records what it does not
 * understand
 */
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

/**
 * Tells whether a policy decides by action and resource alone, without a condition or a variable.
 */
function decidesByNames({ statements }: Policy): boolean {
  return statements.every(
    ({ conditions, resource }) =>
      conditions.length === 0 &&
      (resource?.patterns ?? []).every((pattern) => !pattern.text.includes('${')),
  );
}
