import { functionUrlsOf } from '../http-api/index.ts';
import {
  eachApi,
  type LocalTargets,
  localizeUrls,
  stageKey,
  type Stack,
} from '../template/index.ts';

/** Where the stack's endpoints are on this machine: origins such as `http://127.0.0.1:3001`. */
export interface Endpoints {
  /** HTTP APIs by logical id, with their stage, as the HTTP API server gives them. */
  readonly httpApis: Readonly<Record<string, string>>;
  /** Function URLs by the keys of `functionUrlsOf`, with a slash at the end. */
  readonly functionUrls: Readonly<Record<string, string>>;
  /** Of the WebSocket APIs; absent where the stack has none. */
  readonly webSocketOrigin?: string;
  /** Of every AWS call. */
  readonly awsEndpoint: string;
  /** Absent where there is no console. */
  readonly console?: string;
}

/** What a stack's own URLs become on this machine: see `localizeUrls`. */
export function localTargets(stack: Stack, endpoints: Endpoints): LocalTargets {
  return {
    webSocket: new Map(
      eachApi(stack.webSocketApis).map((api, index) => [
        api.apiId,
        // Several APIs share a port; all but the first have their id in the path.
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
 * The stack's outputs on this machine: the template's, with the URLs of the stack's own endpoints in
 * them made local, and sam-offline's: `HttpApiUrl`, `FunctionUrl`, `WebSocketUrl`, `ConnectionsUrl`
 * (of the first API or function that has one; of each other one with its logical id, `HttpApiUrl.Shop`),
 * `AwsEndpointUrl` and `ConsoleUrl`.
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
    AwsEndpointUrl: endpoints.awsEndpoint,
    ...(endpoints.console !== undefined && { ConsoleUrl: endpoints.console }),
  };
}

/** The first has the plain name; a dot cannot be in the name of one of the template's outputs. */
function named(name: string, urls: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(
    urls.map(([logicalId, url], index) => [index === 0 ? name : `${name}.${logicalId}`, url]),
  );
}
