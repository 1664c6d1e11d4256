import type { MathContext } from './context.ts';
import { MetricMathError } from './errors.ts';
import type { Expression } from './expression.ts';
import { callFunction } from './functions.ts';
import { operate } from './operators.ts';
import { listValue, mapValues, type MathValue, scalar } from './values.ts';

/**
 * Evaluates a parsed expression.
 *
 * @throws MetricMathError if CloudWatch would refuse the expression, or if sam-offline does not
 *   evaluate it
 */
export function evaluate(expression: Expression, context: MathContext): MathValue {
  switch (expression.kind) {
    case 'number':
      return scalar(expression.value);
    case 'string':
      return { kind: 'string', text: expression.value };
    case 'keyword':
      return { kind: 'keyword', name: expression.name };
    case 'id':
      return context.resolve(expression.name);
    case 'negation':
      return mapValues(evaluate(expression.operand, context), (value) => -value, '"-"');
    case 'operation':
      return operate(
        expression.operator,
        evaluate(expression.left, context),
        evaluate(expression.right, context),
      );
    case 'list':
      return listValue(
        expression.elements.flatMap((element) => {
          const value = evaluate(element, context);
          if (value.kind === 'series') return [value.series];
          if (value.kind === 'list') return value.list;
          throw new MetricMathError('An array in "[ ]" takes time series only.');
        }),
      );
    case 'call': {
      const found = context.searched.get(expression);
      if (found !== undefined) return listValue(found);
      const parameters = expression.parameters.map((parameter) => evaluate(parameter, context));
      return callFunction(expression.name, parameters, context);
    }
  }
}
