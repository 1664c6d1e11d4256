import type { Diagnostics } from '../diagnostics.ts';
import type { ResourceEntry } from '../entries.ts';
import type { Globals } from '../globals.ts';
import type { Resolver } from '../intrinsics.ts';

export interface ExpansionContext {
  readonly globals: Globals;
  readonly diagnostics: Diagnostics;
  /** For the few properties whose value names what is generated. */
  readonly resolver: Resolver;
}

/** All resources of a stack by logical id, with those that SAM generates. */
export interface ExpandedResources {
  readonly entries: ReadonlyMap<string, ResourceEntry>;
  /** `MyFunction.Alias` → logical id of what it stands for. */
  readonly aliases: ReadonlyMap<string, string>;
  /** SAM ends some ids in a hash of their content: `MyFunctionVersion` + hash → that entry. */
  readonly hashed: ReadonlyMap<string, ResourceEntry>;
  /** SAM resources that are not emulated: any id which starts with theirs may be generated. */
  readonly open: readonly ResourceEntry[];
}

/** What one SAM resource turns into. */
export interface Expansion {
  readonly entries: readonly ResourceEntry[];
  readonly aliases?: Readonly<Record<string, string>>;
  readonly hashed?: Readonly<Record<string, ResourceEntry>>;
}
