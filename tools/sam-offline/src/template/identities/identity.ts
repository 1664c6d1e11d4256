import type { ResourceEntry } from '../entries.ts';
import type { Json } from '../json.ts';
import type { StackIdentity } from '../names.ts';

/** The values that a template gets if it refers to a resource. */
export interface Identity {
  /** The value of `Ref`. */
  readonly ref: string;
  /** The values of `Fn::GetAtt`. */
  readonly attributes: Readonly<Record<string, Json>>;
  /** Why an attribute of the type is missing, by the attribute's name. */
  readonly missing?: Readonly<Record<string, string>>;
  /** Makes a plausible value for an attribute of a type that is not modelled. */
  readonly otherAttribute?: (name: string) => Json | undefined;
}

export interface IdentityContext {
  readonly entry: ResourceEntry;
  readonly stack: StackIdentity;
  /** Resolves a property; undefined if it is absent. */
  readonly resolve: (property: string) => Json | undefined;
}

/** Gives the value of a property as a string; undefined if it is neither a string nor a number. */
export function textOf(context: IdentityContext, property: string): string | undefined {
  const value = context.resolve(property);
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
