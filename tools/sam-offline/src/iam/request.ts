/** What somebody wants to do, in the terms of a policy. */
export interface AccessRequest {
  /** `arn:aws:sts::123456789012:assumed-role/…`, or `arn:aws:iam::123456789012:user/…`. */
  readonly principalArn: string;
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** The ARN of the resource, or `*` for an action that has no resource type. */
  readonly resource: string;
  readonly context: RequestContext;
}

/** The condition keys of a request. */
export interface RequestContext {
  /** The value of a key, whose name is compared without regard to case; undefined where it has none. */
  get(key: string): ContextValue | undefined;
}

/** A key with several values (`dynamodb:Attributes`) has a list, also for one value or none. */
export type ContextValue = string | readonly string[];

/** Makes the context of a request out of its keys and values. */
export function createContext(values: Readonly<Record<string, ContextValue>> = {}): RequestContext {
  const byKey = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  return { get: (key) => byKey.get(key.toLowerCase()) };
}
