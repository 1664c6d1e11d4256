import { didYouMean } from '../suggestions.ts';
import data from './data/actions.json' with { type: 'json' };
import type { PolicySource } from './roles.ts';
import { parsePolicy, type PolicyProblem } from './policy-document.ts';

/**
 * AWS's actions by service, for the services that sam-offline emulates. They are in lower case,
 * because AWS ignores the case of actions.
 */
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(data).map(([service, actions]) => [
    service,
    new Set(actions.map((action) => action.toLowerCase())),
  ]),
);

/**
 * Finds actions that AWS does not have. They are usually typing mistakes, and the statement then
 * does not apply to the action that was meant. Only actions of services that sam-offline emulates
 * are checked.
 */
export function unknownActions(policies: readonly PolicySource[]): PolicyProblem[] {
  return policies.flatMap(({ name, document }) =>
    parsePolicy(name, document, { type: 'identity' }).statements.flatMap(
      ({ policy, index, action }) =>
        action.patterns.flatMap(({ text }): PolicyProblem[] => {
          const message = problemOf(text);
          return message === undefined ? [] : [{ policy, statement: index, message }];
        }),
    ),
  );
}

function problemOf(text: string): string | undefined {
  const [service = '', action = ''] = text.split(':');
  const known = KNOWN.get(service.toLowerCase());
  if (known === undefined || /[*?$]/.test(action) || known.has(action.toLowerCase())) {
    return undefined;
  }
  const names = (data as Readonly<Record<string, readonly string[]>>)[service.toLowerCase()] ?? [];
  return `AWS has no action ${text}${didYouMean(action, names)}`;
}
