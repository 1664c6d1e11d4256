import type { Diagnostics } from './diagnostics.ts';
import type { ResourceEntry } from './entries.ts';
import type { Resolver } from './intrinsics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, parsedJson, show } from './json.ts';
import { checkNames, type PropertyList } from './properties/index.ts';

export interface NumberRange {
  /** The unit: `MB`, `seconds` …; absent for numbers without a unit. */
  readonly unit?: string;
  readonly minimum: number;
  readonly maximum: number;
  /** Whether the number may have decimals. By default, only whole numbers are allowed. */
  readonly isDecimal?: boolean;
}

/**
 * Reads the properties of a resource, or of a map in them, and checks their types. A value of the
 * wrong type is reported and counts as absent.
 */
export class Reader {
  readonly path: Path;
  readonly diagnostics: Diagnostics;
  readonly #resolve: (name: string) => Json | undefined;
  readonly #written: JsonObject;
  readonly #writtenAs: Readonly<Record<string, string>>;
  readonly #values = new Map<string, Json | undefined>();

  private constructor(
    written: JsonObject,
    path: Path,
    diagnostics: Diagnostics,
    resolve: (name: string) => Json | undefined,
    writtenAs: Readonly<Record<string, string>> = {},
  ) {
    this.#written = written;
    this.path = path;
    this.diagnostics = diagnostics;
    this.#resolve = resolve;
    this.#writtenAs = writtenAs;
  }

  /**
   * Makes a reader for the properties of a resource. Each property is resolved when it is first
   * read.
   */
  static forEntry(entry: ResourceEntry, resolver: Resolver, diagnostics: Diagnostics): Reader {
    const { properties, path, writtenAs = {} } = entry;
    return new Reader(
      properties,
      path,
      diagnostics,
      (name) => {
        const value = properties[name];
        if (value === undefined) return undefined;
        return resolver.resolve(value, [...path, writtenAs[name] ?? name]);
      },
      writtenAs,
    );
  }

  /** Makes a reader for a map whose values are already resolved. */
  static forValue(value: JsonObject, path: Path, diagnostics: Diagnostics): Reader {
    return new Reader(value, path, diagnostics, (name) => value[name]);
  }

  /** The names in the template, even if their values resolve to nothing. */
  get names(): string[] {
    return Object.keys(this.#written);
  }

  has(name: string): boolean {
    return name in this.#written;
  }

  check(list: PropertyList): this {
    const known = Object.fromEntries(
      Object.entries(this.#written).filter(([name]) => !(name in this.#writtenAs)),
    );
    checkNames(known, list, this.path, this.diagnostics);
    return this;
  }

  at(name: string): Path {
    return [...this.path, this.#writtenAs[name] ?? name];
  }

  /**
   * Reports a property with a wrong value.
   * @param what what was expected
   */
  expected(name: string, what: string): void {
    this.diagnostics.error(this.at(name), `expected ${what}, got ${show(this.value(name))}`);
  }

  value(name: string): Json | undefined {
    if (!this.#values.has(name)) {
      const value = this.diagnostics.attempt(() => this.#resolve(name));
      this.#values.set(name, value ?? undefined);
    }
    return this.#values.get(name);
  }

  text(name: string, what = 'text'): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.expected(name, what);
    return undefined;
  }

  /**
   * Reads a required string. It reports a missing property; a property that cannot be resolved was
   * already reported.
   */
  requiredText(name: string, what = 'text'): string | undefined {
    if (!this.has(name)) {
      this.diagnostics.error(this.at(name), `expected ${what}, but it is missing`);
    }
    return this.text(name, what);
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const wanted = choices.length === 1 ? choices.join('') : `one of ${choices.join(', ')}`;
    const text = this.text(name, wanted);
    if (text === undefined) return undefined;
    const choice = choices.find((one) => one === text);
    if (choice === undefined) this.expected(name, wanted);
    return choice;
  }

  number(
    name: string,
    { unit, minimum, maximum, isDecimal = false }: NumberRange,
  ): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (
      typeof number === 'number' &&
      (isDecimal || Number.isInteger(number)) &&
      number >= minimum &&
      number <= maximum
    ) {
      return number;
    }
    const of = unit === undefined ? `a ${isDecimal ? '' : 'whole '}number` : `a number of ${unit}`;
    this.expected(name, `${of} between ${minimum} and ${maximum}`);
    return undefined;
  }

  boolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    this.expected(name, 'true or false');
    return undefined;
  }

  /** Reads a list of strings. A single string counts as a list. */
  texts(name: string, what = 'a list of strings'): string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const list = Array.isArray(value) ? value : [value];
    if (list.some((item) => typeof item === 'object')) {
      this.expected(name, what);
      return undefined;
    }
    return list.map(String);
  }

  /** Reads a map in this one. */
  /** Reads a property of CloudFormation's type Json; see {@link parsedJson}. */
  json(name: string): Json | undefined {
    return parsedJson(this.value(name));
  }

  /** Reads a property of the type Json that has to be a map. */
  jsonMap(name: string): Reader | undefined {
    const value = this.json(name);
    return isObject(value)
      ? Reader.forValue(value, this.at(name), this.diagnostics)
      : this.map(name);
  }

  map(name: string, what = 'a map'): Reader | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.expected(name, what);
      return undefined;
    }
    return Reader.forValue(value, this.at(name), this.diagnostics);
  }

  /** Reads a list of maps. */
  maps(name: string, what = 'a list of maps'): Reader[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) {
      this.expected(name, what);
      return undefined;
    }
    return value.flatMap((item, index) => {
      const path = [...this.at(name), index];
      if (isObject(item)) return [Reader.forValue(item, path, this.diagnostics)];
      this.diagnostics.error(path, `expected a map, got ${show(item)}`);
      return [];
    });
  }

  /** Reads a map of strings, such as environment variables or stage variables. */
  textMap(name: string, what = 'a map of strings'): Record<string, string> | undefined {
    const map = this.map(name, what);
    if (map === undefined) return undefined;
    const texts: Record<string, string> = {};
    for (const key of map.names) {
      const text = map.text(key);
      if (text !== undefined) texts[key] = text;
    }
    return texts;
  }
}
