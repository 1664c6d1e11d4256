import { didYouMean } from '../suggestions.ts';
import data from './data/actions.json' with { type: 'json' };
import type { PolicySource } from './roles.ts';
import { parsePolicy, type PolicyProblem } from './policy-document.ts';

/** AWS's actions by the services that sam-offline emulates, in lower case: AWS does not tell them apart. */
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(data).map(([service, actions]) => [
    service,
    new Set(actions.map((action) => action.toLowerCase())),
  ]),
);

/**
 * Finds actions that AWS does not have, which is most often a slip of the pen: such a statement says
 * nothing of the action that was meant. Only services that sam-offline emulates are looked at.
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
