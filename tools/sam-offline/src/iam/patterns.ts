import type { RequestContext } from './request.ts';

/** A compiled pattern of a policy, for example `dynamodb:*Item` or `arn:aws:sqs:*:*:orders-?`. */
export interface Pattern {
  /** The pattern as it is written in the policy. */
  readonly text: string;
  /**
   * Tells whether the text matches. A policy variable takes its value from the context. The result
   * is undefined if the context has no value for it.
   */
  matches(text: string, context: RequestContext): boolean | undefined;
}

export interface PatternOptions {
  /**
   * True for actions, where upper and lower case are the same. Resources are compared with their
   * case.
   */
  readonly ignoreCase: boolean;
  /**
   * False for policies of the version 2008-10-17. They have no variables, so that `${…}` is
   * ordinary text.
   */
  readonly variables: boolean;
  /** If false, `*` and `?` are ordinary characters, as in `StringEquals`. */
  readonly wildcards: boolean;
}

/**
 * Compiles a pattern: `*` stands for any number of characters, `?` for one character, and `${key}`
 * for the value of a context key. `${*}`, `${?}` and `${$}` stand for the characters `*`, `?` and
 * `$` (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 *
 * A variable whose key has no value, or more than one, cannot be resolved unless it has a default:
 * `${aws:PrincipalTag/team, 'none'}`. A statement with such a variable does not apply, even if the
 * pattern is negated (`NotResource`, `StringNotLike`).
 */
export function compilePattern(text: string, options: PatternOptions): Pattern {
  const parts = splitPattern(text, options);
  const isConstant = parts.every((part) => part.type !== 'variable');
  if (isConstant) {
    const test = compileTest(parts, options.ignoreCase);
    return { text, matches: (value) => test(value) };
  }
  return {
    text,
    matches(value, context) {
      const resolved = resolveVariables(parts, context);
      return resolved && compileTest(resolved, options.ignoreCase)(value);
    },
  };
}

type Part =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'anyText' }
  | { readonly type: 'anyCharacter' }
  | { readonly type: 'variable'; readonly key: string; readonly otherwise?: string };

/** Matches `${key}` and `${key, 'default'}`. */
const VARIABLE = /^\$\{([^},]*?)\s*(?:,\s*'([^']*)'\s*)?\}/;

function splitPattern(text: string, { variables, wildcards }: PatternOptions): Part[] {
  const parts: Part[] = [];
  const addText = (added: string): void => {
    const last = parts.at(-1);
    if (last?.type === 'text') parts[parts.length - 1] = { type: 'text', text: last.text + added };
    else parts.push({ type: 'text', text: added });
  };
  let at = 0;
  while (at < text.length) {
    const variable = variables && text.startsWith('${', at) ? VARIABLE.exec(text.slice(at)) : null;
    if (variable !== null) {
      const [whole, key = '', otherwise] = variable;
      if (key === '*' || key === '?' || key === '$') addText(key);
      else parts.push({ type: 'variable', key, ...(otherwise !== undefined && { otherwise }) });
      at += whole.length;
      continue;
    }
    const character = text.charAt(at);
    if (wildcards && character === '*') parts.push({ type: 'anyText' });
    else if (wildcards && character === '?') parts.push({ type: 'anyCharacter' });
    else addText(character);
    at += 1;
  }
  return parts;
}

function resolveVariables(parts: readonly Part[], context: RequestContext): Part[] | undefined {
  const resolved: Part[] = [];
  for (const part of parts) {
    if (part.type !== 'variable') {
      resolved.push(part);
      continue;
    }
    const value = context.get(part.key);
    const text =
      typeof value === 'string' ? value : value === undefined ? part.otherwise : undefined;
    if (text === undefined) return undefined;
    // The value is ordinary text: a `*` or `?` in it is not a wildcard.
    resolved.push({ type: 'text', text });
  }
  return resolved;
}

function compileTest(parts: readonly Part[], ignoreCase: boolean): (value: string) => boolean {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  if (texts.length === parts.length) {
    const text = texts.join('');
    if (!ignoreCase) return (value) => value === text;
    const lower = text.toLowerCase();
    return (value) => value.toLowerCase() === lower;
  }
  if (parts.every((part) => part.type === 'anyText')) return () => true;
  const source = parts
    .map((part) => {
      if (part.type === 'text') return part.text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      return part.type === 'anyText' ? '.*' : '.';
    })
    .join('')
    // Several stars in a row match the same as one star, but backtracking over them is slow.
    .replace(/(?:\.\*)+/g, '.*');
  const expression = new RegExp(`^${source}$`, `su${ignoreCase ? 'i' : ''}`);
  return (value) => expression.test(value);
}
