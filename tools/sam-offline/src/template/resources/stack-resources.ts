import type { Diagnostics } from '../diagnostics.ts';
import type { ResourceEntry } from '../entries.ts';
import type { Resolver } from '../intrinsics.ts';
import type { Path } from '../json.ts';
import type { StackIdentity } from '../names.ts';
import { functionArnOfUri, functionNameOfArn } from '../names.ts';
import { Reader } from '../reader.ts';
import type { Values } from '../values.ts';

/**
 * The resources of a stack. They can be read, and found by the ARNs and ids that others refer to.
 */
export class StackResources {
  readonly stack: StackIdentity;
  /** The folder against which relative paths are resolved. */
  readonly directory: string;
  readonly diagnostics: Diagnostics;
  readonly resolver: Resolver;
  readonly #entries: readonly ResourceEntry[];
  readonly #values: Values;
  readonly #readers = new Map<string, Reader>();

  constructor(
    stack: StackIdentity,
    directory: string,
    entries: Iterable<ResourceEntry>,
    values: Values,
    resolver: Resolver,
    diagnostics: Diagnostics,
  ) {
    this.stack = stack;
    this.directory = directory;
    this.diagnostics = diagnostics;
    this.resolver = resolver;
    this.#values = values;
    this.#entries = [...entries].filter((entry) => values.exists(entry));
  }

  /** The resources whose condition is true. */
  get entries(): readonly ResourceEntry[] {
    return this.#entries;
  }

  ofType(...types: string[]): ResourceEntry[] {
    return this.#entries.filter((entry) => types.includes(entry.type));
  }

  read(entry: ResourceEntry): Reader {
    const known = this.#readers.get(entry.logicalId);
    if (known !== undefined) return known;
    const reader = Reader.forEntry(entry, this.resolver, this.diagnostics);
    this.#readers.set(entry.logicalId, reader);
    return reader;
  }

  /** Gives the value of `Ref` for a resource. */
  ref(entry: ResourceEntry): string {
    return this.diagnostics.attempt(() => this.#values.identityOf(entry).ref) ?? '';
  }

  attribute(entry: ResourceEntry, name: string): string | undefined {
    const value = this.diagnostics.attempt(() => this.#values.identityOf(entry).attributes[name]);
    return typeof value === 'string' ? value : undefined;
  }

  /** Finds a resource of one of the types whose `Ref` has this value. */
  byRef(value: string, ...types: string[]): ResourceEntry | undefined {
    return this.ofType(...types).find((entry) => this.ref(entry) === value);
  }

  /**
   * Finds a resource of one of the types whose attribute has this value. The attribute is mostly
   * `Arn`.
   */
  byAttribute(name: string, value: string, ...types: string[]): ResourceEntry | undefined {
    return this.ofType(...types).find((entry) => this.attribute(entry, name) === value);
  }

  /**
   * Finds the function that a name, an ARN (with or without a qualifier) or an integration's URI
   * names; undefined if it is not in this stack.
   */
  functionOf(nameOrArn: string): ResourceEntry | undefined {
    const functionArn = functionArnOfUri(nameOrArn);
    const name = functionArn === undefined ? nameOrArn : functionNameOfArn(functionArn);
    if (name === undefined) return undefined;
    return this.byRef(name, 'AWS::Serverless::Function', 'AWS::Lambda::Function');
  }

  /**
   * Finds the function's logical id. If the function is not in this stack, it warns and gives
   * undefined.
   */
  functionOrWarn(nameOrArn: string, path: Path, what: string): string | undefined {
    const entry = this.functionOf(nameOrArn);
    if (entry === undefined) {
      this.diagnostics.warn(
        path,
        `${what} is left out: no function of this stack is \`${nameOrArn}\``,
      );
    }
    return entry?.logicalId;
  }
}

export const tableTypes = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Serverless::SimpleTable',
];

/** The types of functions. */
export const functionTypes = ['AWS::Serverless::Function', 'AWS::Lambda::Function'];
