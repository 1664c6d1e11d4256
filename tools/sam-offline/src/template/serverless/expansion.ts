import type { Diagnostics } from '../diagnostics.ts';
import type { ResourceEntry } from '../entries.ts';
import type { Globals } from '../globals.ts';
import type { Resolver } from '../intrinsics.ts';
import type { ParameterValue } from '../parameters.ts';

export interface ExpansionContext {
  readonly globals: Globals;
  readonly diagnostics: Diagnostics;
  /** Resolves the few properties that decide about generated ids. */
  readonly resolver: Resolver;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** The resources that the template itself declares. */
  readonly written: readonly ResourceEntry[];
}

/** A pattern for ids that cannot be known in advance, and the resource that they refer to. */
export interface IdPattern {
  readonly pattern: RegExp;
  readonly entry: ResourceEntry;
}

/** All resources of a stack by logical id, including those that SAM generates. */
export interface ExpandedResources {
  readonly entries: ReadonlyMap<string, ResourceEntry>;
  /** `MyFunction.Alias` → the logical id of the generated resource. */
  readonly aliases: ReadonlyMap<string, string>;
  /** The patterns for ids that are not in `entries`, in the order in which they are tried. */
  readonly patterns: readonly IdPattern[];
}

/** The resources that SAM generates from one resource. */
export interface Expansion {
  readonly entries: readonly ResourceEntry[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly patterns?: readonly IdPattern[];
}
