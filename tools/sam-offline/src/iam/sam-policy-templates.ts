import data from './data/sam-policy-templates.json' with { type: 'json' };
import { SamOfflineError } from '../sam-offline-error.ts';

/** The values of `${AWS::AccountId}` and other pseudo parameters in SAM's definitions. */
export interface PolicyScope {
  readonly region: string;
  readonly accountId: string;
}

interface SamPolicyTemplate {
  readonly parameters: readonly string[];
  readonly statements: readonly unknown[];
}

const TEMPLATES: ReadonlyMap<string, SamPolicyTemplate> = new Map(Object.entries(data));

/** A template uses a SAM policy template in a wrong way. The message says what is expected. */
export class SamPolicyTemplateError extends SamOfflineError {
  override readonly name = 'SamPolicyTemplateError';
}

/** Tells whether SAM has a policy template with this name, for example `DynamoDBCrudPolicy`. */
export function isSamPolicyTemplate(name: string): boolean {
  return TEMPLATES.has(name);
}

/**
 * Gives the policy document that SAM makes from one of its policy templates, by SAM's own
 * definitions
 * (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html).
 *
 * @param values the values of the policy template's parameters, without intrinsic functions
 * @throws SamPolicyTemplateError if there is no such policy template, or a parameter is missing
 */
export function samPolicyDocument(
  name: string,
  values: Readonly<Record<string, unknown>>,
  scope: PolicyScope,
): Readonly<Record<string, unknown>> {
  const template = TEMPLATES.get(name);
  if (template === undefined) {
    throw new SamPolicyTemplateError(`SAM has no policy template called ${name}`);
  }
  const { parameters, statements } = template;
  const missing = parameters.filter((parameter) => values[parameter] === undefined);
  // SAM ignores parameters that the policy template does not have.
  if (missing.length > 0) {
    const expected = parameters.length === 0 ? 'no parameters' : parameters.join(', ');
    const given = Object.keys(values).join(', ') || 'none';
    throw new SamPolicyTemplateError(`${name} takes ${expected}; given: ${given}`);
  }
  return { Version: '2012-10-17', Statement: statements.map((part) => fill(part, values, scope)) };
}

/**
 * Resolves the intrinsic functions of SAM's definitions: `Ref` of a parameter, and `Fn::Sub` with a
 * map of parameters.
 */
function fill(
  value: unknown,
  parameters: Readonly<Record<string, unknown>>,
  scope: PolicyScope,
): unknown {
  if (Array.isArray(value)) {
    return (value as unknown[]).flatMap((item) => {
      const filled = fill(item, parameters, scope);
      // A parameter that is a list of ARNs is used as an item of a list, so that the lists are
      // joined.
      return Array.isArray(filled) ? (filled as unknown[]) : [filled];
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: reference, 'Fn::Sub': substitution, ...rest } = value as Record<string, unknown>;
  if (typeof reference === 'string') {
    return reference in parameters ? parameters[reference] : pseudo(reference, scope);
  }
  if (substitution !== undefined) {
    const [text, variables] = (
      typeof substitution === 'string' ? [substitution, {}] : substitution
    ) as [string, Record<string, unknown>];
    return text.replace(/\$\{([^}]+)\}/g, (_whole, name: string) =>
      String(name in variables ? fill(variables[name], parameters, scope) : pseudo(name, scope)),
    );
  }
  return Object.fromEntries(
    Object.entries(rest).map(([key, item]) => [key, fill(item, parameters, scope)]),
  );
}

function pseudo(name: string, { region, accountId }: PolicyScope): string {
  const values: Readonly<Record<string, string>> = {
    'AWS::Region': region,
    'AWS::AccountId': accountId,
    'AWS::Partition': 'aws',
  };
  return values[name] ?? `\${${name}}`;
}
