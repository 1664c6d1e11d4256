import type { ResourceEntry } from '../entries.ts';
import type { Json } from '../json.ts';
import type { StackIdentity } from '../names.ts';

/** What a template gets when it refers to a resource. */
export interface Identity {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** Why an attribute that the type has is missing here. */
  readonly missing?: Readonly<Record<string, string>>;
  /** A plausible value for attributes of types that are not modelled. */
  readonly otherAttribute?: (name: string) => Json | undefined;
}

export interface IdentityContext {
  readonly entry: ResourceEntry;
  readonly stack: StackIdentity;
  /** Resolves a property; undefined where it is absent. */
  readonly resolve: (property: string) => Json | undefined;
}

/** A property as text, or the name that CloudFormation would give. */
export function textOf(context: IdentityContext, property: string): string | undefined {
  const value = context.resolve(property);
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
