/** A request in the terms of a policy. */
export interface AccessRequest {
  /** `arn:aws:sts::123456789012:assumed-role/…`, or `arn:aws:iam::123456789012:user/…`. */
  readonly principalArn: string;
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** The ARN of the resource, or `*` if the action has no resource type. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** The condition keys of a request. */
export interface RequestContext {
  /**
   * Gives the value of a key; undefined if it has none. The case of the key's name does not matter.
   */
  get(key: string): ContextValue | undefined;
}

/**
 * The value of a condition key. A multivalued key (`dynamodb:Attributes`) has a list, even for one
 * value or none.
 */
export type ContextValue = string | readonly string[];

/** Makes the context of a request from its keys and values. */
export function createContext(values: Readonly<Record<string, ContextValue>> = {}): RequestContext {
  const byKey = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return { get: (key) => byKey.get(key.toLowerCase()) };
}
