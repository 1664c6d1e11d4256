/** A part of a template. */
export type Node =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reference'; readonly reference: Reference }
  | { readonly type: 'set'; readonly target: Reference; readonly value: Expression }
  | {
      readonly type: 'if';
      readonly branches: readonly { readonly condition: Expression; readonly body: Body }[];
      readonly otherwise: Body;
    }
  | {
      readonly type: 'foreach';
      readonly variable: string;
      readonly list: Expression;
      readonly body: Body;
    }
  | {
      readonly type: 'macro';
      readonly name: string;
      readonly parameters: readonly string[];
      readonly body: Body;
    }
  | { readonly type: 'define'; readonly variable: string; readonly body: Body }
  | { readonly type: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly type: 'evaluate'; readonly template: Expression }
  | { readonly type: 'break' }
  | { readonly type: 'stop' };

/** The parts of a template, or of a directive's body, in their order. */
export type Body = readonly Node[];

/** A reference such as `$name.member.method(argument)[index]`. */
export interface Reference {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One step of a reference: a member, a method call or an index. */
export type Step =
  | { readonly type: 'member'; readonly name: string }
  | {
      readonly type: 'method';
      readonly name: string;
      readonly arguments: readonly Expression[];
    }
  | { readonly type: 'index'; readonly index: Expression };

/** An expression of a directive or of an argument. */
export type Expression =
  | { readonly type: 'literal'; readonly value: string | number | boolean | null }
  /** A string in double quotation marks that contains references or directives. */
  | { readonly type: 'interpolated'; readonly body: Body }
  | { readonly type: 'reference'; readonly reference: Reference }
  | { readonly type: 'list'; readonly items: readonly Expression[] }
  | { readonly type: 'range'; readonly from: Expression; readonly to: Expression }
  | {
      readonly type: 'map';
      readonly entries: readonly (readonly [key: Expression, value: Expression])[];
    }
  | { readonly type: 'not' | 'minus'; readonly operand: Expression }
  | {
      readonly type: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

/** The operators with two operands. */
export type BinaryOperator =
  '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%';
