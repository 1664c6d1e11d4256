import { compileJsonPath } from './json-path.ts';
import { fromJson, HostObject, toJson, toText, type Value } from './velocity/index.ts';

/** The values that a mapping template can read. */
export interface TemplateVariables {
  /** The payload: the body of a request, or of an integration's response. */
  readonly body: string;
  readonly parameters: {
    readonly path: Readonly<Record<string, string>>;
    readonly querystring: Readonly<Record<string, string>>;
    /** The values by the header names that the client sent. */
    readonly header: Readonly<Record<string, string>>;
  };
  /** `$context`, with the same members as `requestContext` in events. */
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** The values of the request or response that a template has overridden. */
export interface Overrides {
  readonly request: {
    readonly path: ReadonlyMap<string, Value>;
    readonly querystring: ReadonlyMap<string, Value>;
    readonly header: ReadonlyMap<string, Value>;
  };
  readonly response: {
    readonly header: ReadonlyMap<string, Value>;
    /** The status; undefined if the template sets none, or none from 100 to 599. */
    readonly status: number | undefined;
  };
}

/**
 * Makes the variables `$input`, `$context`, `$stageVariables` and `$util`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function templateVariables(given: TemplateVariables): {
  readonly variables: ReadonlyMap<string, Value>;
  readonly overrides: () => Overrides;
} {
  const group = (...names: readonly string[]): Map<string, Value> =>
    new Map<string, Value>(names.map((name) => [name, new Map<string, Value>()]));
  const request = group('path', 'querystring', 'header');
  const response = group('header');
  const context = new Map(fromJson(given.context) as ReadonlyMap<string, Value>);
  context.set('requestOverride', request);
  context.set('responseOverride', response);
  const member = (of: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> => {
    const value = of.get(name);
    return value instanceof Map ? (value as ReadonlyMap<string, Value>) : new Map();
  };
  return {
    variables: new Map<string, Value>([
      ['input', inputOf(given)],
      ['context', context],
      ['stageVariables', fromJson(given.stageVariables)],
      ['util', UTILITIES],
    ]),
    overrides: () => ({
      request: {
        path: member(request, 'path'),
        querystring: member(request, 'querystring'),
        header: member(request, 'header'),
      },
      response: { header: member(response, 'header'), status: statusOf(response.get('status')) },
    }),
  };
}

function statusOf(value: Value): number | undefined {
  const status = Number(toText(value));
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}

function inputOf({ body, parameters }: TemplateVariables): HostObject {
  const { path, querystring, header } = parameters;
  let payload: { readonly value: unknown } | undefined;
  const select = (expression: Value): unknown => {
    payload ??= { value: parsed(body) };
    return compileJsonPath(expression === undefined ? '$' : toText(expression))(payload.value);
  };
  const find = (name: string): string => {
    for (const group of [path, querystring])
      if (Object.hasOwn(group, name)) return group[name] ?? '';
    const lowerCase = name.toLowerCase();
    return Object.entries(header).find(([other]) => other.toLowerCase() === lowerCase)?.[1] ?? '';
  };
  const params = (name: Value): Value =>
    name === undefined
      ? new Map<string, Value>([
          ['path', fromJson(path)],
          ['querystring', fromJson(querystring)],
          ['header', fromJson(header)],
        ])
      : find(toText(name));
  return new HostObject(
    {
      path: (expression) => fromJson(select(expression)),
      // The JSON of a missing value is an empty string: `""`.
      json: (expression) => toJson(fromJson(select(expression) ?? '')),
      params,
    },
    new Map([['body', body]]),
  );
}

/** Parses a payload. A payload that is not JSON stays a string, which has no members. */
function parsed(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/**
 * The functions of `$util`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference
 */
const UTILITIES = new HostObject({
  escapeJavaScript: (value) =>
    value === undefined || value === null ? undefined : escapeJavaScript(toText(value)),
  parseJson: (value) => fromJson(JSON.parse(toText(value))),
  urlEncode: (value) =>
    encodeURIComponent(toText(value))
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
  urlDecode: (value) => decodeURIComponent(toText(value).replaceAll('+', ' ')),
  base64Encode: (value) => Buffer.from(toText(value)).toString('base64'),
  base64Decode: (value) => Buffer.from(toText(value), 'base64').toString('utf8'),
});

const ESCAPES: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  "'": "\\'",
  '"': '\\"',
  '/': '\\/',
  '\\': '\\\\',
};

/**
 * Escapes a string for JavaScript. Single quotation marks are escaped too, which JSON does not
 * allow.
 */
function escapeJavaScript(text: string): string {
  return text.replace(
    /['"/\\\u0000-\u001f\u007f-\uffff]/g,
    (one) => ESCAPES[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
