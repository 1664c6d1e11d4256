import { matchesPattern, parsePattern, type EventPattern } from '../event-pattern/index.ts';
import type { Publication, StoredSubscription } from './stored.ts';

/**
 * The parsed policies by their JSON. They are kept because a subscription rarely changes its
 * policy.
 */
const parsed = new Map<string, EventPattern>();
const MOST_PARSED = 1_000;

/**
 * Tells whether a subscription gets a message, by its `FilterPolicy` for the attributes or for the
 * body (https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html).
 *
 * @throws EventPatternError if the policy is not valid
 */
export function passesPolicy(
  { attributes }: StoredSubscription,
  publication: Publication,
): boolean {
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes;
  if (policy === undefined || policy === '' || policy === '{}') return true;
  let pattern = parsed.get(policy);
  if (pattern === undefined) {
    pattern = parsePattern(policy);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(policy, pattern);
  }
  if (scope !== 'MessageBody') return matchesPattern(pattern, valuesOf(publication));
  try {
    return matchesPattern(pattern, JSON.parse(publication.message));
  } catch {
    // "the message body must be well-formed JSON"
    return false;
  }
}

/** Gives the values of message attributes by their types. A binary attribute cannot be matched. */
function valuesOf({ attributes }: Publication): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
      if (StringValue === undefined) return [];
      if (DataType.startsWith('Number')) return [[name, Number(StringValue)]];
      return [[name, DataType === 'String.Array' ? arrayOf(StringValue) : StringValue]];
    }),
  );
}

function arrayOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
