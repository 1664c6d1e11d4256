import type { Conditions } from './conditions.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { ResourceEntry } from './entries.ts';
import { identify, type Identity, isModelled } from './identities/index.ts';
import type { References, Resolver } from './intrinsics.ts';
import { splitOnce } from './intrinsics.ts';
import type { Json, Path } from './json.ts';
import type { StackIdentity } from './names.ts';
import { stackArn } from './names.ts';
import type { ParameterValue } from './parameters.ts';
import type { ExpandedResources } from './serverless/index.ts';
import { didYouMean } from '../suggestions.ts';

/**
 * Finds a resource by its logical id, by SAM's `MyFunction.Alias`, or by a generated id that cannot
 * be known in advance.
 */
export function findEntry(name: string, resources: ExpandedResources): ResourceEntry | undefined {
  return (
    resources.entries.get(resources.aliases.get(name) ?? name) ??
    resources.patterns.find(({ pattern }) => pattern.test(name))?.entry
  );
}

const pseudoParameters = [
  'AWS::AccountId',
  'AWS::NoValue',
  'AWS::NotificationARNs',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
];

/** Tells whether a name is that of a pseudo parameter. */
export function isPseudoParameter(name: string): boolean {
  return pseudoParameters.includes(name);
}

// The check of all references and the resolution of values both report these problems. Problems
// with the same message at the same place are only shown once.

/** Makes the message about an unknown resource. */
export function unknownResource(name: string, resources: ExpandedResources): string {
  return `there is no resource \`${name}\`${didYouMean(name, resources.entries.keys())}`;
}

/** Makes the message about an unknown parameter or resource. */
export function unknownName(
  name: string,
  resources: ExpandedResources,
  parameters: Iterable<string>,
): string {
  const candidates = [...resources.entries.keys(), ...parameters, ...pseudoParameters];
  const hint = didYouMean(splitOnce(name)[0] ?? name, candidates);
  return `there is no parameter or resource \`${name}\`${hint}`;
}

const noResources: ExpandedResources = {
  entries: new Map(),
  aliases: new Map(),
  patterns: [],
};

/** The values of `Ref` and `Fn::GetAtt` for parameters, pseudo parameters and resources. */
export class Values implements References {
  readonly #identities = new Map<string, Identity>();
  readonly #inProgress = new Set<string>();
  readonly #stack: StackIdentity;
  readonly #parameters: ReadonlyMap<string, ParameterValue>;
  readonly #conditions: Conditions;
  readonly #diagnostics: Diagnostics;
  readonly #resolver: () => Resolver;
  #resources: ExpandedResources = noResources;

  constructor(
    stack: StackIdentity,
    parameters: ReadonlyMap<string, ParameterValue>,
    conditions: Conditions,
    diagnostics: Diagnostics,
    resolver: () => Resolver,
  ) {
    this.#stack = stack;
    this.#parameters = parameters;
    this.#conditions = conditions;
    this.#diagnostics = diagnostics;
    this.#resolver = resolver;
  }

  /**
   * Sets the resources. They are only known after SAM's resources were expanded, which needs the
   * parameters.
   */
  setResources(resources: ExpandedResources): void {
    this.#resources = resources;
  }

  isMadeUp(name: string): boolean {
    const entry = findEntry(name, this.#resources);
    return entry !== undefined && !isModelled(entry.type);
  }

  ref(name: string, path: Path): Json {
    const parameter = this.#parameters.get(name) ?? this.#pseudoParameter(name);
    if (parameter !== undefined) return parameter;
    const unknown = (): string => unknownName(name, this.#resources, this.#parameters.keys());
    return this.#identity(name, path, unknown).ref;
  }

  getAtt(logicalId: string, attribute: string, path: Path): Json {
    const alias = `${logicalId}.${attribute}`;
    if (this.#resources.aliases.has(alias)) return this.ref(alias, path);
    // `MyFunction.Version.Version` is an attribute of a generated resource.
    const [made = '', ofMade] = splitOnce(attribute);
    const madeId = this.#resources.aliases.get(`${logicalId}.${made}`);
    if (madeId !== undefined && ofMade !== undefined) return this.getAtt(madeId, ofMade, path);
    const unknown = (): string => unknownResource(logicalId, this.#resources);
    const identity = this.#identity(logicalId, path, unknown);
    const value = identity.attributes[attribute] ?? identity.otherAttribute?.(attribute);
    if (value !== undefined) return value;
    const entry = findEntry(logicalId, this.#resources);
    const why = identity.missing?.[attribute];
    const hint = didYouMean(attribute, Object.keys(identity.attributes));
    return this.#diagnostics.fail(
      path,
      why ?? `${entry?.type ?? logicalId} has no attribute \`${attribute}\`${hint}`,
    );
  }

  /** Tells whether the resource's condition is true. */
  exists(entry: ResourceEntry): boolean {
    const { condition, generatedBy, logicalId } = entry;
    if (condition === undefined) return true;
    const path = ['Resources', generatedBy ?? logicalId, 'Condition'];
    return this.#diagnostics.attempt(() => this.#conditions.value(condition, path)) ?? false;
  }

  identityOf(entry: ResourceEntry): Identity {
    const known = this.#identities.get(entry.logicalId);
    if (known !== undefined) return known;
    this.#inProgress.add(entry.logicalId);
    try {
      const identity = identify({
        entry,
        stack: this.#stack,
        resolve: (property) => {
          const value = entry.properties[property];
          if (value === undefined) return undefined;
          return this.#resolver().resolve(value, [...entry.path, property]);
        },
      });
      this.#identities.set(entry.logicalId, identity);
      return identity;
    } finally {
      this.#inProgress.delete(entry.logicalId);
    }
  }

  #identity(name: string, path: Path, unknown: () => string): Identity {
    const entry = findEntry(name, this.#resources);
    if (entry === undefined) {
      return this.#diagnostics.fail(path, unknown());
    }
    if (!this.exists(entry)) {
      return this.#diagnostics.fail(
        path,
        `\`${name}\` does not exist, because its condition ${entry.condition ?? ''} is false`,
      );
    }
    if (this.#inProgress.has(entry.logicalId)) {
      return this.#diagnostics.fail(path, `the name of \`${name}\` depends on itself`);
    }
    return this.identityOf(entry);
  }

  #pseudoParameter(name: string): string | string[] | undefined {
    const stack = this.#stack;
    switch (name) {
      case 'AWS::AccountId':
        return stack.accountId;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::Partition':
        return stack.partition;
      case 'AWS::Region':
        return stack.region;
      case 'AWS::StackId':
        return stackArn(stack);
      case 'AWS::StackName':
        return stack.name;
      case 'AWS::URLSuffix':
        return stack.urlSuffix;
      default:
        return undefined;
    }
  }
}
