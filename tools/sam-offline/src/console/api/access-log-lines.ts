import type { AccessLogSettings } from '../../template/index.ts';
import { fieldsOf } from './line-fields.ts';

/** The content of an access log's line, whatever names its format uses. */
export interface AccessFields {
  readonly status?: number | undefined;
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly route?: string | undefined;
  /** The event type of a WebSocket API: `CONNECT`, `MESSAGE`, `DISCONNECT`. */
  readonly event?: string | undefined;
  /** ms */
  readonly latency?: number | undefined;
  readonly request?: string | undefined;
  readonly connection?: string | undefined;
  readonly ip?: string | undefined;
  readonly error?: string | undefined;
}

type Reader = (line: string) => AccessFields | undefined;

/**
 * The variables that have each field, the best one first
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html).
 */
const VARIABLES: Readonly<Record<keyof AccessFields, readonly string[]>> = {
  status: ['status', 'integration.status', 'integrationStatus', 'error.statusCode'],
  method: ['httpMethod'],
  path: ['path', 'resourcePath'],
  route: ['routeKey', 'resourcePath'],
  event: ['eventType'],
  latency: ['responseLatency', 'integrationLatency', 'integration.latency'],
  request: ['requestId', 'extendedRequestId'],
  connection: ['connectionId'],
  ip: ['identity.sourceIp'],
  error: ['error.message', 'integrationErrorMessage', 'integration.error', 'authorizer.error'],
};
const NUMBERS: ReadonlySet<string> = new Set([
  'status',
  'latency',
] satisfies (keyof AccessFields)[]);

/**
 * Makes a reader of a stage's access log from its format. It reads JSON, since the format says
 * which field has which variable. It does not read other formats (CLF, CSV, XML); their lines stay
 * text.
 */
export function accessLogReader({ format }: Pick<AccessLogSettings, 'format'>): Reader {
  const names = namesOf(format);
  if (names.size === 0) return () => undefined;
  return (line) => {
    const fields = fieldsOf(line);
    if (fields === undefined) return undefined;
    const read = (field: keyof AccessFields): string | number | undefined => {
      for (const variable of VARIABLES[field]) {
        const value = at(fields, names.get(variable));
        // API Gateway writes a dash if a variable has no value.
        if (value === undefined || value === '' || value === '-') continue;
        if (!NUMBERS.has(field)) return String(value);
        if (Number.isFinite(Number(value))) return Number(value);
      }
      return undefined;
    };
    const all = Object.keys(VARIABLES) as (keyof AccessFields)[];
    return Object.fromEntries(all.map((field) => [field, read(field)]));
  };
}

/**
 * Writes `GET /posts 200 in 12 ms` or `MESSAGE $default 200`.
 *
 * @returns undefined if the line has neither
 */
export function accessMessage(fields: AccessFields): string | undefined {
  const { method, path, route, event, status, latency, error } = fields;
  const what = event === undefined ? [method, path ?? route] : [event, route];
  const text = [...what, status, latency === undefined ? undefined : `in ${latency} ms`]
    .filter((part) => part !== undefined)
    .join(' ');
  if (text === '') return undefined;
  return error === undefined ? text : `${text}: ${error}`;
}

/** The path of the field that has each variable, for a format in JSON. */
function namesOf(format: string): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  // A variable may have no quotation marks. Then the format itself is not JSON.
  const quoted = format.replace(/"?\$context\.([\w-]+(?:\.[\w:-]+)*)"?/g, '"$context.$1"');
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value === 'string') {
      const variable = /^\$context\.(.+)$/.exec(value)?.[1];
      if (variable !== undefined && !names.has(variable)) names.set(variable, path);
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
    }
  };
  walk(fieldsOf(quoted.trim()), []);
  return names;
}

function at(fields: object, path: readonly string[] | undefined): string | number | undefined {
  let value: unknown = path === undefined ? undefined : fields;
  for (const name of path ?? []) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
