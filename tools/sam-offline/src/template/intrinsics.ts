import { cidrBlocks } from './cidr.ts';
import type { Conditions } from './conditions.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { withDynamicReferences } from './local-values.ts';
import type { LocalValues } from './model.ts';
import { isObject, show, singleKey } from './json.ts';
import { didYouMean } from '../suggestions.ts';

/** Gives the values of the names that a template can refer to. */
export interface References {
  /**
   * Gives the value of a parameter, pseudo parameter or resource.
   * @param path the place that names it
   */
  ref(name: string, path: Path): Json;
  getAtt(logicalId: string, attribute: string, path: Path): Json;
  /**
   * Tells whether a name is that of a resource that is not modelled. Its values only look like
   * AWS's.
   */
  isMadeUp(name: string): boolean;
}

export interface ResolverScope {
  readonly region: string;
  readonly mappings: JsonObject;
  readonly conditions: Conditions;
  readonly references: References;
  readonly values: LocalValues;
  readonly diagnostics: Diagnostics;
}

type Intrinsic = (operand: Json, path: Path) => Json | undefined;

/** Replaces a template's intrinsic functions with their values. */
export class Resolver {
  readonly #scope: ResolverScope;
  readonly #functions: Readonly<Record<string, Intrinsic>>;

  constructor(scope: ResolverScope) {
    this.#scope = scope;
    this.#functions = {
      Ref: (operand, path) => this.#ref(operand, path),
      'Fn::GetAtt': (operand, path) => this.#getAtt(operand, path),
      'Fn::Sub': (operand, path) => this.#sub(operand, path),
      'Fn::Join': (operand, path) => this.#join(operand, path),
      'Fn::If': (operand, path) => this.#if(operand, path),
      'Fn::Select': (operand, path) => this.#select(operand, path),
      'Fn::Split': (operand, path) => this.#split(operand, path),
      'Fn::FindInMap': (operand, path) => this.#findInMap(operand, path),
      'Fn::Base64': (operand, path) =>
        Buffer.from(this.#text(operand, path, 'text')).toString('base64'),
      'Fn::GetAZs': (operand, path) => this.#availabilityZones(operand, path),
      'Fn::Cidr': (operand, path) => this.#cidr(operand, path),
      'Fn::Length': (operand, path) => this.#list(operand, path).length,
      'Fn::ToJsonString': (operand, path) => JSON.stringify(this.resolve(operand, path) ?? null),
      'Fn::ImportValue': (operand, path) => this.#importValue(operand, path),
      'Fn::Transform': (operand, path) => {
        this.#transform(operand, path);
      },
    };
  }

  /**
   * Resolves a value.
   *
   * @returns the value; undefined for `AWS::NoValue`, which removes the property or item
   * @throws Reported if a problem was recorded
   */
  resolve(value: Json, path: Path): Json | undefined {
    const resolved = this.#resolve(value, path);
    const { values, diagnostics } = this.#scope;
    return typeof resolved === 'string'
      ? withDynamicReferences(resolved, values, path, diagnostics)
      : resolved;
  }

  #resolve(value: Json, path: Path): Json | undefined {
    if (Array.isArray(value)) {
      return value
        .map((item, index) => this.resolve(item, [...path, index]))
        .filter((item) => item !== undefined);
    }
    if (!isObject(value)) return value;
    const name = singleKey(value);
    const operand = name === undefined ? undefined : value[name];
    if (name !== undefined && operand !== undefined) {
      const intrinsic = this.#functions[name];
      if (intrinsic !== undefined) return intrinsic(operand, [...path, name]);
      if (name.startsWith('Fn::')) return this.#unknownFunction(name, path);
    }
    const resolved: JsonObject = {};
    for (const [key, item] of Object.entries(value)) {
      const result = this.resolve(item, [...path, key]);
      if (result !== undefined) resolved[key] = result;
    }
    return resolved;
  }

  #unknownFunction(name: string, path: Path): never {
    const { diagnostics } = this.#scope;
    if (['Fn::Equals', 'Fn::And', 'Fn::Or', 'Fn::Not'].includes(name)) {
      return diagnostics.fail(path, `${name} can only be used in Conditions`);
    }
    const hint = didYouMean(name, Object.keys(this.#functions));
    return diagnostics.fail(path, `unknown function ${name}${hint}`);
  }

  #ref(operand: Json, path: Path): Json | undefined {
    // With AWS::LanguageExtensions, the name may contain intrinsic functions.
    const name = isObject(operand) ? this.resolve(operand, path) : operand;
    if (typeof name !== 'string') {
      return this.#fail(path, `expected a name, got ${show(operand)}`);
    }
    if (name === 'AWS::NoValue') return undefined;
    return this.#scope.references.ref(name, path);
  }

  #getAtt(operand: Json, path: Path): Json {
    const parts = typeof operand === 'string' ? splitOnce(operand) : operand;
    if (Array.isArray(parts) && parts.length === 2) {
      const [owner, attribute] = parts;
      const logicalId = isObject(owner) ? this.resolve(owner, [...path, 0]) : owner;
      if (typeof logicalId === 'string' && attribute !== undefined) {
        const name = this.#text(attribute, [...path, 1], 'the name of an attribute');
        return this.#scope.references.getAtt(logicalId, name, path);
      }
    }
    return this.#fail(path, `expected a logical id and an attribute, got ${show(operand)}`);
  }

  #sub(operand: Json, path: Path): Json {
    const [template, given]: Json[] = Array.isArray(operand) ? operand : [operand];
    const variables: Json = given ?? {};
    if (typeof template !== 'string' || !isObject(variables)) {
      const wanted = 'expected text, or a list of text and a map of variables';
      return this.#fail(path, `${wanted}, got ${show(operand)}`);
    }
    return template.replaceAll(/\$\{([^{}]*)\}/g, (_, content: string) => {
      if (content.startsWith('!')) return `\${${content.slice(1)}}`;
      const name = content.trim();
      const variable = variables[name];
      if (variable !== undefined) {
        return this.#text(variable, [...path, 1, name], `text for the variable ${name}`);
      }
      const value = this.#substitute(name, path);
      return this.#asText(value, path, `text for \${${name}}`);
    });
  }

  #substitute(name: string, path: Path): Json | undefined {
    const [logicalId, attribute] = splitOnce(name);
    if (name === 'AWS::NoValue') return '';
    if (logicalId === undefined || attribute === undefined) {
      return this.#scope.references.ref(name, path);
    }
    return this.#scope.references.getAtt(logicalId, attribute, path);
  }

  #join(operand: Json, path: Path): Json {
    const [delimiter, items] = Array.isArray(operand) ? operand : [];
    if (typeof delimiter !== 'string' || items === undefined) {
      return this.#fail(path, `expected a delimiter and a list, got ${show(operand)}`);
    }
    return this.#list(items, [...path, 1])
      .map((item) => this.#asText(item, [...path, 1], 'text to join'))
      .join(delimiter);
  }

  #if(operand: Json, path: Path): Json | undefined {
    const [name, whenTrue, whenFalse] = Array.isArray(operand) ? operand : [];
    if (typeof name !== 'string' || whenTrue === undefined || whenFalse === undefined) {
      const wanted = 'expected a condition, a value when it is true and one when it is false';
      return this.#fail(path, `${wanted}, got ${show(operand)}`);
    }
    const branch = this.#scope.conditions.value(name, path) ? 1 : 2;
    return this.resolve(branch === 1 ? whenTrue : whenFalse, [...path, branch]);
  }

  #select(operand: Json, path: Path): Json {
    const [index, items] = Array.isArray(operand) ? operand : [];
    if (index === undefined || items === undefined) {
      return this.#fail(path, `expected an index and a list, got ${show(operand)}`);
    }
    const position = Number(this.#text(index, [...path, 0], 'an index'));
    const resolved = this.resolve(items, [...path, 1]);
    const list = Array.isArray(resolved) ? resolved : [];
    const item = list[position];
    if (item !== undefined) return item;
    if (this.#isMadeUp(items)) {
      this.#scope.diagnostics.warn(
        path,
        'it splits the value of a resource that is not emulated; `unknown` is used instead',
      );
      return 'unknown';
    }
    const wanted = Array.isArray(resolved) ? `an index from 0 to ${list.length - 1}` : 'a list';
    return this.#fail(
      path,
      `expected ${wanted}, got ${show(list === resolved ? index : resolved)}`,
    );
  }

  /**
   * Tells whether a value refers to a resource that is not emulated, so that it may not have AWS's
   * form.
   */
  #isMadeUp(value: Json): boolean {
    if (Array.isArray(value)) return value.some((item) => this.#isMadeUp(item));
    if (!isObject(value)) return false;
    if ('Fn::ImportValue' in value) return true;
    const { Ref: ref, 'Fn::GetAtt': attribute } = value;
    const named = Array.isArray(attribute) ? attribute[0] : attribute;
    return (
      [ref, named].some(
        (name) => typeof name === 'string' && this.#scope.references.isMadeUp(name),
      ) || Object.values(value).some((item) => this.#isMadeUp(item))
    );
  }

  #split(operand: Json, path: Path): Json {
    const [delimiter, text] = Array.isArray(operand) ? operand : [];
    if (typeof delimiter !== 'string' || text === undefined) {
      return this.#fail(path, `expected a delimiter and text, got ${show(operand)}`);
    }
    return this.#text(text, [...path, 1], 'text to split').split(delimiter);
  }

  #findInMap(operand: Json, path: Path): Json | undefined {
    const [mapName, first, second, options] = Array.isArray(operand) ? operand : [];
    if (mapName === undefined || first === undefined || second === undefined) {
      return this.#fail(path, `expected a map and two keys, got ${show(operand)}`);
    }
    const names = [mapName, first, second].map((key, index) =>
      this.#text(key, [...path, index], 'the name of a key'),
    );
    let found: Json | undefined = this.#scope.mappings;
    let searched = 'Mappings';
    for (const name of names) {
      const level: Json = found;
      found = isObject(level) ? level[name] : undefined;
      if (found === undefined) {
        const fallback = isObject(options) ? options.DefaultValue : undefined;
        if (fallback !== undefined) return this.resolve(fallback, [...path, 3, 'DefaultValue']);
        const hint = didYouMean(name, isObject(level) ? Object.keys(level) : []);
        return this.#fail(path, `there is no \`${name}\` in ${searched}${hint}`);
      }
      searched = `${searched}.${name}`;
    }
    return found;
  }

  /** Gives three availability zones, which most regions have, with AWS's names. */
  #availabilityZones(operand: Json, path: Path): Json {
    const region = this.#text(operand, path, 'a region') || this.#scope.region;
    return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
  }

  #cidr(operand: Json, path: Path): Json {
    const [block, count, bits] = Array.isArray(operand) ? operand : [];
    const blocks =
      block === undefined || count === undefined
        ? undefined
        : cidrBlocks(
            this.#text(block, [...path, 0], 'an address block'),
            Number(this.#text(count, [...path, 1], 'a count')),
            Number(bits === undefined ? 8 : this.#text(bits, [...path, 2], 'a number of bits')),
          );
    return (
      blocks ??
      this.#fail(path, `expected an IPv4 block, a count and a number of bits, got ${show(operand)}`)
    );
  }

  #importValue(operand: Json, path: Path): Json {
    const name = this.#text(operand, path, 'the name of an export');
    const value = this.#scope.values.exports[name];
    if (value !== undefined) return value;
    const message = `there is no value for the export ${name}, so \`imported-${name}\` is used instead; give one under \`exports\` in the file of --values`;
    this.#scope.diagnostics.warn(path, message);
    return `imported-${name}`;
  }

  #transform(operand: Json, path: Path): undefined {
    const name = isObject(operand) ? operand.Name : undefined;
    this.#scope.diagnostics.warn(
      path,
      `Fn::Transform ${show(name)} is not supported and gives nothing`,
    );
  }

  #list(value: Json, path: Path): Json[] {
    const resolved = this.resolve(value, path);
    if (Array.isArray(resolved)) return resolved;
    return this.#fail(path, `expected a list, got ${show(resolved)}`);
  }

  #text(value: Json, path: Path, what: string): string {
    return this.#asText(this.resolve(value, path), path, what);
  }

  #asText(value: Json | undefined, path: Path, what: string): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.#fail(path, `expected ${what}, got ${show(value)}`);
  }

  #fail(path: Path, message: string): never {
    return this.#scope.diagnostics.fail(path, message);
  }
}

/** Splits `Table.Arn` into `['Table', 'Arn']`. The text after the first dot is one attribute. */
export function splitOnce(name: string): string[] {
  const dot = name.indexOf('.');
  return dot === -1 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}
