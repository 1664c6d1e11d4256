import { isRecord } from './json.ts';

/** The parts of an IAM policy document that Lambda authorizers use. */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
}

interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly RegExp[];
  readonly resources: readonly RegExp[];
}

const INVOKE = 'execute-api:Invoke';

/**
 * Reads a policy document; undefined where it is none. `NotAction`, `NotResource`, `Principal` and
 * `Condition` are not supported and make it none, rather than let something pass that AWS stops.
 */
export function parsePolicy(document: unknown): PolicyDocument | undefined {
  if (!isRecord(document)) return undefined;
  const listed = document.Statement;
  const statements: Statement[] = [];
  for (const statement of Array.isArray(listed) ? (listed as unknown[]) : [listed]) {
    const parsed = parseStatement(statement);
    if (parsed === undefined) return undefined;
    statements.push(parsed);
  }
  return { statements };
}

/** Whether a policy lets a route be invoked: allowed by a statement, and denied by none. */
export function allowsInvoke(policy: PolicyDocument, routeArn: string): boolean {
  const applying = policy.statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => pattern.test(INVOKE)) &&
      resources.some((pattern) => pattern.test(routeArn)),
  );
  return (
    applying.some(({ effect }) => effect === 'Allow') &&
    !applying.some(({ effect }) => effect === 'Deny')
  );
}

const STATEMENT_KEYS = new Set(['Sid', 'Effect', 'Action', 'Resource']);

function parseStatement(statement: unknown): Statement | undefined {
  if (!isRecord(statement)) return undefined;
  if (Object.keys(statement).some((key) => !STATEMENT_KEYS.has(key))) return undefined;
  const { Effect: effect, Action: action, Resource: resource } = statement;
  const actions = patterns(action, 'i');
  const resources = patterns(resource, '');
  if ((effect !== 'Allow' && effect !== 'Deny') || actions === undefined) return undefined;
  return resources === undefined ? undefined : { effect, actions, resources };
}

/** IAM's wildcards as regular expressions: `*` any text, `?` one character. */
function patterns(value: unknown, flags: string): RegExp[] | undefined {
  const found: RegExp[] = [];
  for (const pattern of Array.isArray(value) ? (value as unknown[]) : [value]) {
    if (typeof pattern !== 'string') return undefined;
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    found.push(new RegExp(`^${source}$`, `s${flags}`));
  }
  return found;
}
