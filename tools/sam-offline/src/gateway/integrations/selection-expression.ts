import { compileJsonPath } from '../../mapping-templates/index.ts';
import { headerOf } from './templates.ts';

/** The values of a selection expression's variables. */
export interface SelectionSource {
  /** The client's message. */
  readonly requestBody?: string;
  readonly response?: {
    readonly statusCode: number;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: string;
  };
}

const VARIABLE =
  /\\(\$)|\$\{?(request\.body|integration\.response\.(?:statuscode|header|body))(?:\.([\w.$-]+))?\}?/gi;

/**
 * Evaluates a selection expression of a WebSocket API, such as `${request.body.action}`,
 * `\$default` or `${integration.response.statuscode}`. A variable without a value becomes an empty
 * string.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function evaluateSelection(expression: string, source: SelectionSource): string {
  return expression.replaceAll(
    VARIABLE,
    (_all, dollar: string | undefined, kind: string | undefined, name = '') => {
      if (dollar !== undefined || kind === undefined) return '$';
      switch (kind.toLowerCase()) {
        case 'request.body':
          return memberOf(source.requestBody, name as string);
        case 'integration.response.statuscode':
          return String(source.response?.statusCode ?? '');
        case 'integration.response.header':
          return headerOf(source.response?.headers ?? [], (name as string).toLowerCase()) ?? '';
        default:
          return memberOf(source.response?.body, name as string);
      }
    },
  );
}

/**
 * Gives the value whose key is the result of a selection expression, else the value of `$default`.
 * Without an expression, the value of `application/json` is used too, because public templates rely
 * on it
 * (https://github.com/aws-samples/serverless-patterns/blob/main/apigw-websocket-mapping-template-authorizer/template.yaml).
 */
export function selectKey<T>(
  choices: Readonly<Record<string, T>>,
  expression: string | undefined,
  source: SelectionSource,
): T | undefined {
  const keys =
    expression === undefined
      ? ['$default', 'application/json']
      : [evaluateSelection(expression, source), '$default'];
  const key = keys.find((one) => Object.hasOwn(choices, one));
  return key === undefined ? undefined : choices[key];
}

function memberOf(body: string | undefined, path: string): string {
  try {
    const value: unknown = compileJsonPath(path)(JSON.parse(body ?? ''));
    return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
  } catch {
    return '';
  }
}
