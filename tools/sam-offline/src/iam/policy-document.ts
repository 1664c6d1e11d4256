import { arnPattern } from './arn-pattern.ts';
import { compileCondition, type Condition } from './conditions.ts';
import { compilePattern, type Pattern } from './patterns.ts';
import { type PrincipalMatcher, parsePrincipal } from './principals.ts';
import { isRecord } from '../is-record.ts';

/** A compiled policy document. */
export interface Policy {
  /** The place of the document, for messages: `MyFunction.Policies[0]`. */
  readonly name: string;
  readonly statements: readonly Statement[];
  /**
   * The parts that were not understood. Such a statement allows nothing. If it denies, it denies
   * everything that it may mean.
   */
  readonly problems: readonly PolicyProblem[];
}

export interface PolicyProblem {
  readonly policy: string;
  /** The index of the statement, counted from 0; absent if the problem is not in a statement. */
  readonly statement?: number;
  readonly message: string;
}

export interface Statement {
  readonly policy: string;
  /** The index of the statement in its document, counted from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: 'Allow' | 'Deny';
  readonly action: Patterns;
  /** Absent if the statement is about every resource, as in a role's trust policy. */
  readonly resource?: Patterns;
  /** Present in resource policies only. */
  readonly principal?: PrincipalMatcher;
  readonly conditions: readonly Condition[];
}

/** The patterns of `Action` or `NotAction`, `Resource` or `NotResource`. */
export interface Patterns {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

export interface PolicyKind {
  /**
   * A statement of a resource policy has a `Principal`; a statement of an identity policy may not
   * have one.
   */
  readonly type: 'identity' | 'resource';
}

const EVERYTHING: Patterns = { negated: true, patterns: [] };
const STATEMENT_KEYS = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
]);

/**
 * Compiles a policy document
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html). It does not
 * throw: `problems` names the statements that were not understood. Such a statement never allows
 * anything. If its `Effect` is `Deny`, the parts that were not understood match everything, so that
 * it denies too much rather than too little.
 *
 * @param name the place of the document, for messages
 */
export function parsePolicy(name: string, document: unknown, kind: PolicyKind): Policy {
  const problems: PolicyProblem[] = [];
  const report = (message: string, statement?: number): void => {
    problems.push({ policy: name, message, ...(statement !== undefined && { statement }) });
  };
  if (!isRecord(document)) {
    report('a policy document is an object with a Statement');
    return { name, statements: [], problems };
  }
  const { Version: version = '2008-10-17', Statement: listed } = document;
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    report(`Version ${JSON.stringify(version)} is unknown; expected "2012-10-17"`);
    return { name, statements: [], problems };
  }
  if (listed === undefined) report('there is no Statement');

  const statements: Statement[] = [];
  const values = Array.isArray(listed)
    ? (listed as unknown[])
    : listed === undefined
      ? []
      : [listed];
  for (const [index, value] of values.entries()) {
    const parsed = new StatementParser(kind, version === '2012-10-17', (message) => {
      report(message, index);
    }).parse(value, name, index);
    if (parsed !== undefined) statements.push(parsed);
  }
  return { name, statements, problems };
}

class StatementParser {
  readonly #kind: PolicyKind;
  readonly #variables: boolean;
  readonly #report: (message: string) => void;
  #isWhole = true;

  constructor(kind: PolicyKind, variables: boolean, report: (message: string) => void) {
    this.#kind = kind;
    this.#variables = variables;
    this.#report = report;
  }

  parse(value: unknown, policy: string, index: number): Statement | undefined {
    if (!isRecord(value)) {
      this.#problem('a statement is an object');
      return undefined;
    }
    for (const key of Object.keys(value)) {
      if (!STATEMENT_KEYS.has(key)) this.#problem(`"${key}" is not an element of a statement`);
    }
    const { Sid: sid, Effect: effect } = value;
    const action = this.#patterns(value, 'Action');
    const resource = this.#patterns(value, 'Resource');
    const principal = this.#principal(value);
    const conditions = this.#conditions(value.Condition);
    if (effect !== 'Allow' && effect !== 'Deny') {
      this.#problem(`Effect is ${JSON.stringify(effect)}; expected "Allow" or "Deny"`);
      return undefined;
    }
    if (effect === 'Allow' && !this.#isWhole) return undefined;
    return {
      ...{ policy, index, effect, conditions, action: action ?? EVERYTHING },
      ...(typeof sid === 'string' && { sid }),
      ...(resource !== undefined && { resource }),
      ...(principal !== undefined && { principal }),
    };
  }

  #problem(message: string): void {
    this.#isWhole = false;
    this.#report(message);
  }

  #patterns(
    statement: Readonly<Record<string, unknown>>,
    element: 'Action' | 'Resource',
  ): Patterns | undefined {
    const plain = statement[element];
    const negative = statement[`Not${element}`];
    if (plain !== undefined && negative !== undefined) {
      this.#problem(`there are both ${element} and Not${element}; expected one of them`);
      return undefined;
    }
    const value = plain ?? negative;
    if (value === undefined) {
      // A resource policy is about the resource that it belongs to.
      if (element === 'Resource' && this.#kind.type === 'resource') return undefined;
      this.#problem(`there is neither ${element} nor Not${element}`);
      return undefined;
    }
    const texts = listOf(value);
    const patterns = texts?.map((text) =>
      typeof text !== 'string'
        ? undefined
        : element === 'Action'
          ? actionPattern(text)
          : arnPattern(text, this.#variables),
    );
    if (patterns === undefined || patterns.length === 0) {
      this.#problem(`${element} is empty; expected one or more`);
      return undefined;
    }
    const known = patterns.filter((pattern) => pattern !== undefined);
    for (const [at, pattern] of patterns.entries()) {
      if (pattern === undefined) {
        const expected =
          element === 'Action' ? 'expected service:Action or *' : 'expected an ARN or *';
        this.#problem(`${element} ${JSON.stringify(texts?.[at])} is not understood; ${expected}`);
      }
    }
    // A pattern that is missing in a Not… list makes the statement match more, which is right for a
    // Deny.
    if (known.length < patterns.length && negative === undefined) return EVERYTHING;
    return { negated: negative !== undefined, patterns: known };
  }

  #principal({
    Principal: plain,
    NotPrincipal: negative,
  }: Readonly<Record<string, unknown>>): PrincipalMatcher | undefined {
    if (this.#kind.type === 'identity') {
      if (plain === undefined && negative === undefined) return undefined;
      this.#problem('an identity policy has no Principal');
      return undefined;
    }
    if ((plain === undefined) === (negative === undefined)) {
      this.#problem('a resource policy needs Principal or NotPrincipal, and not both');
      return undefined;
    }
    const matcher = parsePrincipal(plain ?? negative, negative !== undefined);
    if (typeof matcher !== 'string') return matcher;
    this.#problem(matcher);
    return undefined;
  }

  #conditions(block: unknown): Condition[] {
    if (block === undefined) return [];
    const conditions: Condition[] = [];
    if (!isRecord(block)) {
      this.#problem('Condition is not an object');
      return conditions;
    }
    for (const [operator, keys] of Object.entries(block)) {
      if (!isRecord(keys)) {
        this.#problem(`Condition.${operator} is not an object of keys and values`);
        continue;
      }
      for (const [key, value] of Object.entries(keys)) {
        const values = listOf(value)?.map(textOf);
        if (values === undefined || values.length === 0 || values.includes(undefined)) {
          this.#problem(`Condition.${operator}.${key} is neither a string nor a list of strings`);
          continue;
        }
        const compiled = compileCondition(operator, key, values.filter(isText), this.#variables);
        if (typeof compiled === 'string') this.#problem(`Condition: ${compiled}`);
        else conditions.push(compiled);
      }
    }
    return conditions;
  }
}

/**
 * Compiles `service:Action`, which may have wildcards, or `*`. Actions have no policy variables.
 */
function actionPattern(text: string): Pattern | undefined {
  if (text !== '*' && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/i.test(text)) return undefined;
  return compilePattern(text, { ignoreCase: true, wildcards: true, variables: false });
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? (value as unknown[]) : value === null ? undefined : [value];
}

/** Reads a string. A number or a boolean of YAML and JSON counts as its text. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
