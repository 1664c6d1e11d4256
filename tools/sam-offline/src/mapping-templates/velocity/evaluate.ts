import type { Body, Expression, Node, Reference } from './ast.ts';
import { TemplateLimitError } from './errors.ts';
import { callMethod } from './methods.ts';
import { parseTemplate } from './parse.ts';
import { areEqual, HostObject, isList, isTrue, toText, type Value } from './values.ts';

/**
 * "Maximum iterations in a #foreach ... #end loop in mapping templates".
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const MAXIMUM_ITERATIONS = 1_000;
/**
 * The maximum number of directives and references in one evaluation. Without it, nested loops could
 * take minutes.
 */
const MAXIMUM_STEPS = 100_000;
/**
 * The maximum length of a string, in characters. Without it, a string that doubles in a loop would
 * use all memory. API Gateway's payload limit is 10 MB.
 */
const MAXIMUM_CHARACTERS = 16 * 1024 * 1024;
/** The maximum depth of macro calls, as in Velocity. */
const MAXIMUM_DEPTH = 20;

/** What is skipped: the rest of a loop (`break`) or the rest of the template (`stop`). */
type Leap = 'break' | 'stop';

/**
 * Evaluates a template. The template can only read the given variables.
 *
 * @throws TemplateLimitError if it exceeds a limit
 * @throws TemplateSyntaxError if a template in it, such as that of `#evaluate`, cannot be parsed
 */
export function evaluateTemplate(body: Body, variables: ReadonlyMap<string, Value>): string {
  return new Evaluation(variables).render(body);
}

class Evaluation {
  readonly #variables: Map<string, Value>;
  readonly #macros = new Map<string, Extract<Node, { type: 'macro' }>>();
  readonly #definitions = new Map<string, Body>();
  #steps = 0;
  #depth = 0;
  #leap: Leap | undefined;

  constructor(variables: ReadonlyMap<string, Value>) {
    this.#variables = new Map(variables);
  }

  render(body: Body): string {
    let text = '';
    for (const node of body) {
      text += this.#renderNode(node);
      if (text.length > MAXIMUM_CHARACTERS) {
        throw new TemplateLimitError(
          `the template’s output exceeds ${MAXIMUM_CHARACTERS} characters`,
        );
      }
      if (this.#leap !== undefined) break;
    }
    return text;
  }

  #renderNode(node: Node): string {
    this.#steps++;
    if (this.#steps > MAXIMUM_STEPS) {
      throw new TemplateLimitError(
        `the template exceeds ${MAXIMUM_STEPS} directives and references`,
      );
    }
    switch (node.type) {
      case 'text':
        return node.text;
      case 'reference':
        return toText(this.#resolve(node.reference));
      case 'set':
        this.#assign(node.target, this.#value(node.value));
        return '';
      case 'if': {
        const branch = node.branches.find(({ condition }) => isTrue(this.#value(condition)));
        return this.render(branch === undefined ? node.otherwise : branch.body);
      }
      case 'foreach':
        return this.#loop(node);
      case 'macro':
        this.#macros.set(node.name, node);
        return '';
      case 'define':
        this.#definitions.set(node.variable, node.body);
        return '';
      case 'call':
        return this.#call(node);
      case 'evaluate':
        return this.#deeper(() => this.render(parseTemplate(toText(this.#value(node.template)))));
      case 'break':
      case 'stop':
        this.#leap = node.type;
        return '';
    }
  }

  #loop({ variable, list, body }: Extract<Node, { type: 'foreach' }>): string {
    const items = itemsOf(this.#value(list));
    const names = [variable, 'foreach', 'velocityCount', 'velocityHasNext'];
    const before = names.map((name) => [name, this.#variables.get(name)] as const);
    let text = '';
    for (const [index, item] of items.entries()) {
      if (index === MAXIMUM_ITERATIONS) {
        throw new TemplateLimitError(`#foreach exceeds ${MAXIMUM_ITERATIONS} iterations`);
      }
      const hasNext = index + 1 < items.length;
      const state: readonly (readonly [string, Value])[] = [
        ['index', index],
        ['count', index + 1],
        ['hasNext', hasNext],
        ['first', index === 0],
        ['last', !hasNext],
        ['parent', before[1]?.[1]],
      ];
      this.#variables.set(variable, item);
      this.#variables.set('foreach', new HostObject({}, new Map(state)));
      this.#variables.set('velocityCount', index + 1);
      this.#variables.set('velocityHasNext', hasNext);
      text += this.render(body);
      if (text.length > MAXIMUM_CHARACTERS) break;
      if (this.#leap === 'break') {
        this.#leap = undefined;
        break;
      }
      if (this.#leap !== undefined) break;
    }
    for (const [name, value] of before) {
      if (value === undefined) this.#variables.delete(name);
      else this.#variables.set(name, value);
    }
    return text;
  }

  #call({ name, arguments: given }: Extract<Node, { type: 'call' }>): string {
    const macro = this.#macros.get(name);
    if (macro === undefined)
      return `#${name}(${given.map((one) => toText(this.#value(one))).join(', ')})`;
    const before = macro.parameters.map(
      (parameter) => [parameter, this.#variables.get(parameter)] as const,
    );
    const values = given.map((one) => this.#value(one));
    macro.parameters.forEach((parameter, index) => this.#variables.set(parameter, values[index]));
    const text = this.#deeper(() => this.render(macro.body));
    for (const [parameter, value] of before) this.#variables.set(parameter, value);
    return text;
  }

  #deeper(render: () => string): string {
    if (this.#depth === MAXIMUM_DEPTH) {
      throw new TemplateLimitError(`macro calls are nested more than ${MAXIMUM_DEPTH} times`);
    }
    this.#depth++;
    try {
      return render();
    } finally {
      this.#depth--;
    }
  }

  #value(expression: Expression): Value {
    switch (expression.type) {
      case 'literal':
        return expression.value;
      case 'interpolated':
        return this.render(expression.body);
      case 'reference':
        return this.#resolve(expression.reference);
      case 'list':
        return expression.items.map((item) => this.#value(item));
      case 'range':
        return rangeOf(Number(this.#value(expression.from)), Number(this.#value(expression.to)));
      case 'map':
        return new Map(
          expression.entries.map(([key, value]) => [toText(this.#value(key)), this.#value(value)]),
        );
      case 'not':
        return !isTrue(this.#value(expression.operand));
      case 'minus':
        return -Number(this.#value(expression.operand));
      case 'binary':
        return this.#binary(expression);
    }
  }

  #binary({ operator, left, right }: Extract<Expression, { type: 'binary' }>): Value {
    const first = this.#value(left);
    if (operator === '||') return isTrue(first) || isTrue(this.#value(right));
    if (operator === '&&') return isTrue(first) && isTrue(this.#value(right));
    const second = this.#value(right);
    if (operator === '==') return areEqual(first, second);
    if (operator === '!=') return !areEqual(first, second);
    if (typeof first === 'number' && typeof second === 'number') {
      return calculated(operator, first, second);
    }
    if (operator === '+' && (typeof first === 'string' || typeof second === 'string')) {
      const text = toText(first) + toText(second);
      if (text.length <= MAXIMUM_CHARACTERS) return text;
      throw new TemplateLimitError(`a string exceeds ${MAXIMUM_CHARACTERS} characters`);
    }
    return undefined;
  }

  #resolve({ name, steps }: Reference): Value {
    const definition = this.#definitions.get(name);
    if (definition !== undefined && steps.length === 0) {
      return this.#deeper(() => this.render(definition));
    }
    return this.#follow(this.#variables.get(name), steps);
  }

  #follow(from: Value, steps: Reference['steps']): Value {
    let value = from;
    for (const step of steps) {
      this.#steps++;
      if (step.type === 'method') {
        const given = step.arguments.map((one) => this.#value(one));
        value = callMethod(value, step.name, given);
      } else {
        value = memberOf(value, step.type === 'member' ? step.name : this.#value(step.index));
      }
    }
    return value;
  }

  #assign({ name, steps }: Reference, value: Value): void {
    const last = steps.at(-1);
    if (last === undefined) {
      this.#definitions.delete(name);
      this.#variables.set(name, value);
      return;
    }
    if (last.type === 'method') return;
    const target = this.#follow(this.#variables.get(name), steps.slice(0, -1));
    const key = last.type === 'member' ? last.name : this.#value(last.index);
    if (target instanceof Map) (target as Map<string, Value>).set(toText(key), value);
    else if (isList(target) && typeof key === 'number' && key >= 0 && key < target.length) {
      (target as Value[])[key] = value;
    }
  }
}

function memberOf(value: Value, key: Value): Value {
  if (value instanceof HostObject) return value.members.get(toText(key));
  if (value instanceof Map) return (value as ReadonlyMap<string, Value>).get(toText(key));
  if (!isList(value) || typeof key !== 'number') return undefined;
  return value.at(key);
}

function itemsOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return value instanceof Map ? [...(value as ReadonlyMap<string, Value>).values()] : [];
}

function rangeOf(from: number, to: number): Value[] {
  const length = Math.abs(to - from) + 1;
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to)) return [];
  if (length > MAXIMUM_STEPS) {
    throw new TemplateLimitError(`a range exceeds ${MAXIMUM_STEPS} numbers`);
  }
  return Array.from({ length }, (_none, index) => (from <= to ? from + index : from - index));
}

/**
 * Calculates or compares. The quotient of whole numbers is a whole number, as in Java. The result
 * of a division by zero is undefined.
 */
function calculated(
  operator: '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%',
  left: number,
  right: number,
): Value {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/': {
      if (right === 0) return undefined;
      const quotient = left / right;
      return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(quotient) : quotient;
    }
    case '%':
      return right === 0 ? undefined : left % right;
  }
}
