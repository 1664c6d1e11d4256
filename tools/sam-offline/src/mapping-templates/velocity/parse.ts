import type { Body, Expression, Node } from './ast.ts';
import { parseArguments, parseExpression, parseReference } from './parse-expression.ts';
import { Scanner } from './scanner.ts';

/** Matches a directive. The form `#{else}` allows text to follow directly. */
const DIRECTIVE = /#(?:\{([a-zA-Z_]\w*)\}|([a-zA-Z_]\w*))/y;
/** Matches the rest of a line, which a directive at the end of the line removes. */
const REST_OF_LINE = /[ \t]*\r?\n/y;

/**
 * Parses a template of the Velocity Template Language, as version 1.7 of Apache's engine does.
 *
 * @throws TemplateSyntaxError if the template is not valid
 * @see https://velocity.apache.org/engine/1.7/vtl-reference.html
 */
export function parseTemplate(text: string): Body {
  const scanner = new Scanner(text);
  const { body, end } = parseBody(scanner);
  if (end !== undefined) throw scanner.error(`#${end} without a directive to end`);
  return body;
}

function parseText(text: string): Expression {
  return /[$#]/.test(text)
    ? { type: 'interpolated', body: parseTemplate(text) }
    : { type: 'literal', value: text };
}

interface ParsedBody {
  readonly body: Body;
  /**
   * The directive that ended the body: `end`, `else` or `elseif`; undefined at the end of the
   * template.
   */
  readonly end: string | undefined;
}

function parseBody(scanner: Scanner): ParsedBody {
  const body: Node[] = [];
  let text = '';
  const add = (node: Node | undefined): void => {
    if (text !== '') body.push({ type: 'text', text });
    text = '';
    if (node !== undefined) body.push(node);
  };
  while (!scanner.isAtEnd) {
    text += scanner.take(/[^$#\\]+/y)?.[0] ?? '';
    switch (scanner.peek()) {
      case '\\': {
        // An escaped reference or directive is text.
        const escaped = scanner.take(/\\(?=[$#])/y);
        text += escaped === undefined ? '\\' : scanner.peek();
        scanner.position++;
        break;
      }
      case '$': {
        const reference = parseReference(scanner, parseText);
        if (reference !== undefined) add({ type: 'reference', reference });
        else {
          text += '$';
          scanner.position++;
        }
        break;
      }
      case '#': {
        if (scanner.take(/##[^\n]*(?:\n|$)|#\*[^]*?\*#/y) !== undefined) break;
        const raw = scanner.take(/#\[\[([^]*?)\]\]#/y);
        if (raw !== undefined) {
          text += raw[1] ?? '';
          break;
        }
        const directive = parseDirective(scanner);
        if (directive === undefined) {
          text += '#';
          scanner.position++;
        } else if (typeof directive === 'string') {
          add(undefined);
          return { body, end: directive };
        } else add(directive);
      }
    }
  }
  add(undefined);
  return { body, end: undefined };
}

/**
 * Parses a directive.
 * @returns the name of a directive that ends a body, or undefined if the number sign is only text
 */
function parseDirective(scanner: Scanner): Node | string | undefined {
  const start = scanner.position;
  const match = scanner.take(DIRECTIVE);
  const name = match?.[1] ?? match?.[2];
  switch (name) {
    case 'end':
    case 'else':
      scanner.take(REST_OF_LINE);
      return name;
    case 'elseif':
      return name;
    case 'break':
    case 'stop':
      scanner.take(REST_OF_LINE);
      return { type: name };
    case 'set':
      return parseSet(scanner);
    case 'if':
      return parseIf(scanner);
    case 'foreach':
      return parseForeach(scanner);
    case 'macro':
      return parseMacro(scanner);
    case 'define': {
      scanner.expect('(');
      const variable = parseVariable(scanner);
      scanner.expect(')');
      return { type: 'define', variable, body: parseBlock(scanner) };
    }
    case 'evaluate': {
      scanner.expect('(');
      const template = parseExpression(scanner, parseText);
      scanner.expect(')');
      return { type: 'evaluate', template };
    }
  }
  if (name !== undefined && scanner.take(/[ \t]*\(/y) !== undefined) {
    const given = parseArguments(scanner, parseText, /,|(?=[$"'[{\d])/y);
    return { type: 'call', name, arguments: given };
  }
  scanner.position = start;
  return undefined;
}

function parseSet(scanner: Scanner): Node {
  scanner.expect('(');
  scanner.skipSpace();
  const target = parseReference(scanner, parseText, true);
  if (target === undefined) throw scanner.error('expected a reference to set');
  scanner.expect('=');
  const value = parseExpression(scanner, parseText);
  scanner.expect(')');
  scanner.take(REST_OF_LINE);
  return { type: 'set', target, value };
}

function parseCondition(scanner: Scanner): Expression {
  scanner.expect('(');
  const condition = parseExpression(scanner, parseText);
  scanner.expect(')');
  scanner.take(REST_OF_LINE);
  return condition;
}

function parseIf(scanner: Scanner): Node {
  const branches: { readonly condition: Expression; readonly body: Body }[] = [];
  let condition = parseCondition(scanner);
  for (;;) {
    const { body, end } = parseBody(scanner);
    branches.push({ condition, body });
    if (end === 'elseif') {
      condition = parseCondition(scanner);
      continue;
    }
    if (end === undefined) throw scanner.error('expected #end of #if');
    return { type: 'if', branches, otherwise: end === 'else' ? endOf(scanner) : [] };
  }
}

function parseForeach(scanner: Scanner): Node {
  scanner.expect('(');
  const variable = parseVariable(scanner);
  scanner.skipSpace();
  if (scanner.take(/in\b/y) === undefined) throw scanner.error('expected in');
  const list = parseExpression(scanner, parseText);
  scanner.expect(')');
  return { type: 'foreach', variable, list, body: parseBlock(scanner) };
}

function parseMacro(scanner: Scanner): Node {
  scanner.expect('(');
  scanner.skipSpace();
  const name = scanner.take(/[A-Za-z_][\w-]*/y)?.[0];
  if (name === undefined) throw scanner.error('expected the name of a macro');
  const parameters: string[] = [];
  for (;;) {
    scanner.take(/[\s,]+/y);
    if (scanner.takeText(')')) break;
    parameters.push(parseVariable(scanner));
  }
  return { type: 'macro', name, parameters, body: parseBlock(scanner) };
}

function parseVariable(scanner: Scanner): string {
  scanner.skipSpace();
  const match = scanner.take(/\$!?(?:\{([A-Za-z_][\w-]*)\}|([A-Za-z_][\w-]*))/y);
  const name = match?.[1] ?? match?.[2];
  if (name === undefined) throw scanner.error('expected a variable');
  return name;
}

function parseBlock(scanner: Scanner): Body {
  scanner.take(REST_OF_LINE);
  return endOf(scanner);
}

/** Parses a body up to its `#end`. */
function endOf(scanner: Scanner): Body {
  const { body, end } = parseBody(scanner);
  if (end !== 'end') throw scanner.error('expected #end');
  return body;
}
