import type { Diagnostics } from '../diagnostics.ts';
import type { ResourceEntry } from '../entries.ts';
import type { Globals } from '../globals.ts';
import type { Resolver } from '../intrinsics.ts';
import type { ParameterValue } from '../parameters.ts';

export interface ExpansionContext {
  readonly globals: Globals;
  readonly diagnostics: Diagnostics;
  /** For the few properties whose value names what is generated. */
  readonly resolver: Resolver;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  /** The resources that the template itself declares. */
  readonly written: readonly ResourceEntry[];
}

/** Ids that cannot be told in advance, and the resource that they stand for. */
export interface IdPattern {
  readonly pattern: RegExp;
  readonly entry: ResourceEntry;
}

/** All resources of a stack by logical id, with those that SAM generates. */
export interface ExpandedResources {
  readonly entries: ReadonlyMap<string, ResourceEntry>;
  /** `MyFunction.Alias` → logical id of what it stands for. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Looked at in this order for what is not in `entries`. */
  readonly patterns: readonly IdPattern[];
}

/** What one SAM resource turns into. */
export interface Expansion {
  readonly entries: readonly ResourceEntry[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly patterns?: readonly IdPattern[];
}
