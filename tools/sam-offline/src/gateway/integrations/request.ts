import { type Overrides, toText } from '../../mapping-templates/index.ts';
import type { MappedIntegration } from '../../template/index.ts';
import { mappedParameter, type ParameterSource } from './parameters.ts';

/** A request of a REST API, or a message of a WebSocket API, that is passed to its integration. */
export interface IntegrationRequest {
  /** The HTTP method; `POST` for messages. */
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly querystring: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** `$context`, with the same members as `requestContext` in events. */
  readonly context: object;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly traceId: string;
  /** The route in the form that a permission's source ARN has: `GET/posts/{postId}`. */
  readonly route: string;
  /**
   * The path that replaces the endpoint's path, if the parameter mapping of an HTTP API sets one.
   */
  readonly endpointPath?: string;
}

/** The parameters of an integration's request. */
export interface OutgoingParameters {
  /** The values by the header's lower-case name. */
  readonly headers: Map<string, string>;
  readonly query: URLSearchParams;
  readonly path: Readonly<Record<string, string>>;
}

const PLACE = /^integration\.request\.(header|querystring|path)\.(.+)$/;

/**
 * Makes the parameters of an integration's request. Those that its template sets replace those of
 * its mapping.
 */
export function outgoingParameters(
  { isProxy, request: { parameters } }: MappedIntegration,
  request: IntegrationRequest,
  source: ParameterSource,
  overrides: Overrides['request'] | undefined,
): OutgoingParameters {
  const headers = new Map<string, string>();
  const query = new URLSearchParams();
  const path: Record<string, string> = isProxy ? { ...request.path } : {};
  for (const [name, expression] of Object.entries(parameters)) {
    const [, place, key = ''] = PLACE.exec(name) ?? [];
    const values = mappedParameter(expression, source);
    if (values === undefined) continue;
    if (place === 'header') headers.set(key.toLowerCase(), values.join(','));
    else if (place === 'path') path[key] = values.join(',');
    else if (place === 'querystring') for (const value of values) query.append(key, value);
  }
  for (const [name, value] of overrides?.header ?? []) {
    headers.set(name.toLowerCase(), toText(value));
  }
  for (const [name, value] of overrides?.querystring ?? []) query.set(name, toText(value));
  for (const [name, value] of overrides?.path ?? []) path[name] = toText(value);
  return { headers, query, path };
}

/** Adds `Content-Type: application/json` if the mapping sets no content type. */
export function withContentType(
  headers: ReadonlyMap<string, string>,
  payload: Buffer,
): Map<string, string> {
  const made = new Map(headers);
  if (payload.length > 0 && !made.has('content-type')) made.set('content-type', 'application/json');
  return made;
}

/**
 * Gives the headers of a proxy integration: the client's headers without `Host`, and those that the
 * integration sets.
 */
export function passedHeaders(
  request: IntegrationRequest,
  own: ReadonlyMap<string, string>,
): (readonly [name: string, value: string])[] {
  const isPassed = (name: string): boolean => name !== 'host' && !own.has(name);
  return [...request.headers.filter(([name]) => isPassed(name.toLowerCase())), ...own];
}

/**
 * Makes the URL that an HTTP integration calls. A proxy integration passes the client's query
 * string on.
 */
export function outgoingUrl(
  url: string,
  { query, path }: OutgoingParameters,
  request: IntegrationRequest,
  isProxy: boolean,
): string {
  const address = filledUri(url, path, request.stageVariables, encodeURI);
  const { endpointPath } = request;
  const made =
    endpointPath === undefined
      ? address
      : address.replace(
          /^(\w+:\/\/[^/?]+)[^?]*/,
          (_all, origin: string) => `${origin}${encodeURI(endpointPath)}`,
        );
  const search = new URLSearchParams(query);
  if (isProxy) {
    for (const [name, value] of request.querystring) {
      if (!query.has(name)) search.append(name, value);
    }
  }
  return search.size === 0 ? made : `${made}${made.includes('?') ? '&' : '?'}${search.toString()}`;
}

/** Replaces path parameters and stage variables in the URI of an integration. */
export function filledUri(
  uri: string,
  path: Readonly<Record<string, string>>,
  stageVariables: Readonly<Record<string, string>>,
  encode: (value: string) => string,
): string {
  return uri
    .replaceAll(/\$\{stageVariables\.([\w-]+)\}/g, (_all, name: string) =>
      Object.hasOwn(stageVariables, name) ? (stageVariables[name] ?? '') : '',
    )
    .replaceAll(/\{([\w.$-]+)\+?\}/g, (all, name: string) =>
      Object.hasOwn(path, name) ? encode(path[name] ?? '') : all,
    );
}
