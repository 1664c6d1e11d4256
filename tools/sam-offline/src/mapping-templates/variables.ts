import { compileJsonPath } from './json-path.ts';
import { fromJson, HostObject, toJson, toText, type Value } from './velocity/index.ts';

/** What a mapping template is evaluated with. */
export interface TemplateVariables {
  /** The payload: a request's body, or what an integration responded. */
  readonly body: string;
  readonly parameters: {
    readonly path: Readonly<Record<string, string>>;
    readonly querystring: Readonly<Record<string, string>>;
    /** By the names that the client sent. */
    readonly header: Readonly<Record<string, string>>;
  };
  /** `$context`, as events have it in `requestContext`. */
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** What a template has changed of the request or response that is made of it. */
export interface Overrides {
  readonly request: {
    readonly path: ReadonlyMap<string, Value>;
    readonly querystring: ReadonlyMap<string, Value>;
    readonly header: ReadonlyMap<string, Value>;
  };
  readonly response: {
    readonly header: ReadonlyMap<string, Value>;
    /** Undefined where the template sets none, or none from 100 to 599. */
    readonly status: number | undefined;
  };
}

/**
 * The variables `$input`, `$context`, `$stageVariables` and `$util`.
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
      // A value that is missing is an empty text, as JSON.
      json: (expression) => toJson(fromJson(select(expression) ?? '')),
      params,
    },
    new Map([['body', body]]),
  );
}

/** A payload that is not JSON has no members. */
function parsed(body: string): unknown {
  if (body.trim() === '') return {};
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference */
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

/** The rules of JavaScript's texts, in which a single quotation mark is escaped too (JSON does not allow that). */
function escapeJavaScript(text: string): string {
  return text.replace(
    /['"/\\\u0000-\u001f\u007f-\uffff]/g,
    (one) => ESCAPES[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}
