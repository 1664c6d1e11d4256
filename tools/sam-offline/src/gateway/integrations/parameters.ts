import { compileJsonPath } from '../../mapping-templates/index.ts';

/**
 * The request or response that mapping expressions read from. The case of header names does not
 * matter.
 */
export interface ParameterSource {
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly response?: {
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: string;
  };
}

const EXPRESSION =
  /^(?:(?:method|route)\.(request)|(integration\.response))\.(path|querystring|multivaluequerystring|header|multivalueheader|body)(?:\.([^]+))?$/;

/**
 * Gives the values of a mapping expression: a string in single quotation marks, or what it selects
 * from a request or response. Undefined if it selects nothing.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-data-mapping.html
 */
export function mappedParameter(
  expression: string,
  source: ParameterSource,
): readonly string[] | undefined {
  const literal = /^'([^]*)'$/.exec(expression)?.[1];
  if (literal !== undefined) return [literal];
  const variable = /^\$?(context|stageVariables)\.(.+)$/.exec(expression);
  if (variable !== null) {
    const [, kind, name = ''] = variable;
    return kind === 'context'
      ? texts(selected(source.context, name))
      : texts(selected(source.stageVariables, name));
  }
  const [, request, response, place, name = ''] = EXPRESSION.exec(expression) ?? [];
  const from = response === undefined ? source : source.response;
  if (from === undefined || (request === undefined && response === undefined)) return undefined;
  switch (place) {
    case 'path':
      return Object.hasOwn(source.path, name) ? texts(source.path[name]) : undefined;
    case 'querystring':
      return last(valuesOf(source.querystring, (other) => other === name));
    case 'multivaluequerystring':
      return valuesOf(source.querystring, (other) => other === name);
    case 'header':
      return last(valuesOf(from.headers, (other) => isSame(other, name)));
    case 'multivalueheader':
      return valuesOf(from.headers, (other) => isSame(other, name));
    default:
      return name === '' ? [from.body] : texts(inBody(from.body, name));
  }
}

function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

function valuesOf(
  pairs: readonly (readonly [name: string, value: string])[],
  matches: (name: string) => boolean,
): readonly string[] | undefined {
  const values = pairs.filter(([name]) => matches(name)).map(([, value]) => value);
  return values.length === 0 ? undefined : values;
}

function last(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.slice(-1);
}

function inBody(body: string, path: string): unknown {
  try {
    return selected(JSON.parse(body) as unknown, path);
  } catch {
    return undefined;
  }
}

function selected(value: unknown, path: string): unknown {
  return compileJsonPath(path)(value);
}

function texts(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}
