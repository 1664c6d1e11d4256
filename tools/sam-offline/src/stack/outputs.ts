import { functionUrlsOf } from '../http-api/index.ts';
import {
  eachApi,
  type LocalTargets,
  localizeUrls,
  stageKey,
  type Stack,
} from '../template/index.ts';

/**
 * The addresses of the stack's endpoints on this machine: origins such as `http://127.0.0.1:3001`.
 */
export interface Endpoints {
  /** HTTP APIs by logical id, with their stage, as the HTTP API server gives them. */
  readonly httpApis: Readonly<Record<string, string>>;
  /** Function URLs by the keys of `functionUrlsOf`, with a slash at the end. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** The origin of the WebSocket APIs. Absent if the stack has none. */
  readonly webSocketOrigin?: string;
  /** The endpoint that serves every AWS call. */
  readonly awsEndpoint: string;
  /** Absent if there is no console. */
  readonly console?: string;
}

/** The local addresses that replace the stack's own URLs: see `localizeUrls`. */
export function localTargets(stack: Stack, endpoints: Endpoints): LocalTargets {
  return {
    webSocket: new Map(
      eachApi(stack.webSocketApis).map((api, index) => [
        api.apiId,
        // Several APIs share a port. All but the first have their id in the path.
        `${endpoints.webSocketOrigin ?? ''}${index === 0 ? '' : `/${api.apiId}`}`,
      ]),
    ),
    http: new Map(
      eachApi(stack.httpApis).map((api) => {
        const url = endpoints.httpApis[api.logicalId] ?? '';
        const stage = `/${api.stageName}`;
        return [api.apiId, url.endsWith(stage) ? url.slice(0, -stage.length) : url];
      }),
    ),
    functionUrls: new Map(
      stack.functions.flatMap(functionUrlsOf).flatMap(([key, { urlId }]) => {
        const url = endpoints.functionUrls[key];
        if (url === undefined) return [];
        const host = `${urlId}.lambda-url.${stack.region}.on.aws`;
        return [[host, url.replace(/\/$/, '')] as const];
      }),
    ),
    queues: new Map(
      stack.queues.map((queue) => [
        queue.url,
        `${endpoints.awsEndpoint}/${stack.accountId}/${queue.queueName}`,
      ]),
    ),
  };
}

/**
 * The stack's outputs on this machine. They are the template's outputs, in which the URLs of the
 * stack's own endpoints are replaced by local ones, and these of sam-offline: `HttpApiUrl`,
 * `FunctionUrl`, `WebSocketUrl`, `ConnectionsUrl`, `AwsEndpointUrl` and `ConsoleUrl`. The first
 * four belong to the first API or function of their kind. Each further one has its logical id in
 * the name, as `HttpApiUrl.Shop`.
 * `ApiKeyValue` is the API key that clients of a REST API send as `x-api-key`.
 */
export function stackOutputs(stack: Stack, endpoints: Endpoints): Record<string, string> {
  const targets = localTargets(stack, endpoints);
  const connections = stack.webSocketApis.map((api): [string, string] => [
    stageKey(api, stack.webSocketApis),
    `${targets.webSocket.get(api.apiId) ?? ''}/${api.stageName}`,
  ]);
  const webSockets = connections.map(([id, url]): [string, string] => [
    id,
    url.replace(/^http/, 'ws'),
  ]);
  return {
    ...Object.fromEntries(
      Object.entries(stack.outputs).map(([key, value]) => [key, localizeUrls(value, targets)]),
    ),
    ...named('HttpApiUrl', Object.entries(endpoints.httpApis)),
    ...named('FunctionUrl', Object.entries(endpoints.functionUrls)),
    ...named('WebSocketUrl', webSockets),
    ...named('ConnectionsUrl', connections),
    ...named('ApiKeyValue', apiKeysOf(stack)),
    AwsEndpointUrl: endpoints.awsEndpoint,
    ...(endpoints.console !== undefined && { ConsoleUrl: endpoints.console }),
  };
}

/** The keys of all usage plans, each once. */
function apiKeysOf({ httpApis }: Stack): [logicalId: string, value: string][] {
  const plans = httpApis.flatMap(({ rest }) => rest?.usagePlans ?? []);
  const keys = plans.flatMap((plan) => plan.keys);
  return [...new Map(keys.map(({ logicalId, value }) => [logicalId, value]))];
}

/** The first URL has the plain name. No output of a template can have a dot in its name. */
function named(name: string, urls: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(
    urls.map(([logicalId, url], index) => [index === 0 ? name : `${name}.${logicalId}`, url]),
  );
}
