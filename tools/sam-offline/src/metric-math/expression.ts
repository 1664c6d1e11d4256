/** A metric math expression, parsed. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  /** The id of a metric or of another expression, which starts with a lowercase letter. */
  | { readonly kind: 'id'; readonly name: string }
  /** A word as an argument: `REPEAT`, `LINEAR`, `ASC`, `AVG` … */
  | { readonly kind: 'keyword'; readonly name: string }
  | { readonly kind: 'negation'; readonly operand: Expression }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'list'; readonly elements: readonly Expression[] }
  | FunctionCall;

export interface FunctionCall {
  readonly kind: 'call';
  readonly name: string;
  readonly parameters: readonly Expression[];
}

export type Operator =
  '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<=' | '>=' | '<' | '>' | 'AND' | 'OR';

/** Returns every part of an expression, the expression itself first. */
export function* partsOf(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of childrenOf(expression)) yield* partsOf(part);
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'negation':
      return [expression.operand];
    case 'operation':
      return [expression.left, expression.right];
    case 'list':
      return expression.elements;
    case 'call':
      return expression.parameters;
    default:
      return [];
  }
}
