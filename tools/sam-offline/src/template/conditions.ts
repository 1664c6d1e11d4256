import type { Diagnostics } from './diagnostics.ts';
import { Reported } from './diagnostics.ts';
import type { Json, JsonObject, Path } from './json.ts';
import { isObject, show, singleKey } from './json.ts';
import { didYouMean } from '../suggestions.ts';

/** Replaces intrinsic functions with their values. */
interface ValueResolver {
  resolve(value: Json, path: Path): Json | undefined;
}

/** The template's `Conditions`. Each is evaluated when it is first used. */
export class Conditions {
  readonly #values = new Map<string, boolean>();
  readonly #failed = new Set<string>();
  /**
   * The names of the conditions that are being evaluated, to find a condition that depends on
   * itself.
   */
  readonly #chain: string[] = [];
  readonly #section: JsonObject;
  readonly #diagnostics: Diagnostics;
  readonly #resolver: () => ValueResolver;

  constructor(section: JsonObject, diagnostics: Diagnostics, resolver: () => ValueResolver) {
    this.#section = section;
    this.#diagnostics = diagnostics;
    this.#resolver = resolver;
  }

  get names(): string[] {
    return Object.keys(this.#section);
  }

  /**
   * Gives the value of a condition.
   * @param path the place that names the condition
   */
  value(name: string, path: Path): boolean {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    if (this.#failed.has(name)) throw new Reported(name);
    const definition = this.#section[name];
    if (definition === undefined) {
      const hint = didYouMean(name, this.names);
      return this.#diagnostics.fail(path, `there is no condition \`${name}\`${hint}`);
    }
    if (this.#chain.includes(name)) {
      const cycle = [...this.#chain.slice(this.#chain.indexOf(name)), name].join(' → ');
      return this.#diagnostics.fail(['Conditions', name], `circular condition: ${cycle}`);
    }
    this.#chain.push(name);
    try {
      const value = this.evaluate(definition, ['Conditions', name]);
      this.#values.set(name, value);
      return value;
    } catch (error) {
      this.#failed.add(name);
      throw error;
    } finally {
      this.#chain.pop();
    }
  }

  /** Evaluates `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` or `Condition`. */
  evaluate(expression: Json, path: Path): boolean {
    const name = isObject(expression) ? singleKey(expression) : undefined;
    const operand = isObject(expression) && name !== undefined ? expression[name] : undefined;
    if (name === undefined || operand === undefined) {
      return this.#refuse(expression, path);
    }
    const at = [...path, name];
    switch (name) {
      case 'Condition':
        if (typeof operand !== 'string') return this.#refuse(expression, path);
        return this.value(operand, path);
      case 'Fn::Equals': {
        const [left, right] = this.#operands(operand, 2, 2, at);
        const resolver = this.#resolver();
        return (
          comparable(resolver.resolve(left ?? null, [...at, 0])) ===
          comparable(resolver.resolve(right ?? null, [...at, 1]))
        );
      }
      case 'Fn::And':
        return this.#operands(operand, 2, 10, at)
          .map((item, index) => this.evaluate(item, [...at, index]))
          .every(Boolean);
      case 'Fn::Or':
        return this.#operands(operand, 2, 10, at)
          .map((item, index) => this.evaluate(item, [...at, index]))
          .some(Boolean);
      case 'Fn::Not': {
        const [item] = this.#operands(operand, 1, 1, at);
        return !this.evaluate(item ?? null, [...at, 0]);
      }
      default:
        return this.#refuse(expression, path);
    }
  }

  #operands(value: Json, minimum: number, maximum: number, path: Path): Json[] {
    if (!Array.isArray(value) || value.length < minimum || value.length > maximum) {
      const count = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
      return this.#diagnostics.fail(
        path,
        `expected a list of ${count} ${count === '1' ? 'item' : 'items'}, got ${show(value)}`,
      );
    }
    return value;
  }

  #refuse(expression: Json, path: Path): never {
    return this.#diagnostics.fail(
      path,
      `expected a condition (Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition), got ${show(expression)}`,
    );
  }
}

/**
 * Converts a value to the string that CloudFormation compares. `true` and `"true"` are equal, and
 * so are `1` and `"1"`.
 */
function comparable(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
