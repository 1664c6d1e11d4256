import { createApiResolver } from '../gateway/index.ts';
import {
  type FunctionUrl,
  type HttpApi,
  type LambdaFunction,
  stageKey,
} from '../template/index.ts';
import { payloadTooLarge } from './response.ts';
import { createFunctionUrl, functionUrlTooLarge } from './function-url.ts';
import type { GatewayOptions, RequestHandler } from './gateway-options.ts';
import { createHttpApi } from './http-api.ts';
import type { Destination, HttpListener } from './http-listener.ts';
import { createHttpListener } from './http-listener.ts';
import {
  HTTP_API_HEADER_BYTES,
  HTTP_API_PAYLOAD_BYTES,
  INVOCATION_PAYLOAD_BYTES,
} from './limits.ts';
import { createRestApi } from './rest/index.ts';
import type { RequestTarget } from './request.ts';

export interface HttpApiServerOptions extends GatewayOptions {
  /** They share one port: see {@link createHttpApiServer}. */
  readonly apis: readonly HttpApi[];
  /** Their Function URLs are served, each on a port of its own. */
  readonly functions: readonly LambdaFunction[];
  /** Function URLs' ports by the keys of {@link functionUrlsOf}; a free one where absent. */
  readonly functionUrlPorts?: Readonly<Record<string, number>>;
  /** How long `close` waits for responses that are under way; 5 s by default. */
  readonly closeGraceMs?: number;
}

export interface HttpApiServer {
  /**
   * Opens the HTTP APIs' port, if there is an HTTP API, and one port for each Function URL.
   *
   * @param port of the HTTP APIs; 0 takes a free one
   * @throws Error with the code `EADDRINUSE` when a port is taken; nothing stays open then
   */
  listen(port: number, host: string): Promise<HttpApiAddresses>;
  /** Lets what is under way finish, for `closeGraceMs` at most, and leaves no socket. */
  close(): Promise<void>;
}

export interface HttpApiAddresses {
  /** Of the HTTP APIs; undefined where the stack has none. */
  readonly port: number | undefined;
  /**
   * HTTP APIs by logical id, with their stage and without a slash at the end, as AWS gives them. Further stages of an API
   * have their names behind the logical id: `Api.beta`.
   */
  readonly urls: Readonly<Record<string, string>>;
  /** Function URLs by the keys of {@link functionUrlsOf}, with a slash at the end, as AWS gives them. */
  readonly functionUrls: Readonly<Record<string, string>>;
}

/**
 * Serves HTTP APIs and Function URLs as API Gateway and Lambda do.
 *
 * All HTTP APIs share one port. A request is for the API that its `Host` names
 * (`<apiId>.execute-api.<region>.amazonaws.com`, or `<apiId>.execute-api.localhost`), else for the
 * one that the path's first segment names (`/<apiId>/…`, which the API never sees), else for the
 * first one that has the path's stage. So with one API no prefix is needed, and the others have theirs.
 *
 * On AWS each Function URL is a host of its own whose root is `/`, and functions make links on
 * that, so here each is a port of its own.
 */
export function createHttpApiServer(options: HttpApiServerOptions): HttpApiServer {
  const { apis, closeGraceMs = 5_000, functionUrlPorts = {} } = options;
  const open: HttpListener[] = [];
  const handlers: RequestHandler[] = [];

  return {
    async listen(port, host) {
      try {
        const apiPort = apis.length === 0 ? undefined : await openApis(port, host);
        const functionUrls: Record<string, string> = {};
        for (const fn of options.functions) {
          for (const [key, functionUrl] of functionUrlsOf(fn)) {
            const handler = createFunctionUrl(fn, functionUrl, options);
            const listener = createHttpListener({
              resolve: (_host, target) => ({ handler, rawPath: target.rawPath }),
              maximumBodyBytes: INVOCATION_PAYLOAD_BYTES,
              maximumHeaderBytes: Number.POSITIVE_INFINITY,
              payloadTooLarge: functionUrlTooLarge,
              events: options.events,
            });
            const urlPort = await listener.listen(functionUrlPorts[key] ?? 0, host);
            open.push(listener);
            functionUrls[key] = `${origin(host, urlPort)}/`;
          }
        }
        return { port: apiPort, urls: apiUrls(host, apiPort), functionUrls };
      } catch (error) {
        await this.close();
        throw error;
      }
    },
    async close() {
      await Promise.all(open.splice(0).map((listener) => listener.close(closeGraceMs)));
      for (const handler of handlers) handler.flush?.();
    },
  };

  async function openApis(port: number, host: string): Promise<number> {
    const served = apis.map((api) => ({ api, handler: createApi(api, options) }));
    handlers.push(...served.map(({ handler }) => handler));
    const listener = createHttpListener({
      resolve: resolverOf(served),
      maximumBodyBytes: HTTP_API_PAYLOAD_BYTES,
      maximumHeaderBytes: HTTP_API_HEADER_BYTES,
      payloadTooLarge,
      events: options.events,
    });
    const opened = await listener.listen(port, host);
    open.push(listener);
    return opened;
  }

  function apiUrls(host: string, port: number | undefined): Record<string, string> {
    const urls: Record<string, string> = {};
    if (port === undefined) return urls;
    for (const api of apis) {
      const { apiId, stageName } = api;
      // The first API needs no prefix, in all its stages.
      const prefix = apiId === apis[0]?.apiId ? '' : `/${apiId}`;
      const stage = stageName === '$default' ? '' : `/${stageName}`;
      urls[stageKey(api, apis)] = `${origin(host, port)}${prefix}${stage}`;
    }
    return urls;
  }
}

/**
 * The URLs of a function, each with its key: the function's logical id for the first, and its own for
 * every other one.
 */
export function functionUrlsOf({
  logicalId,
  functionUrls = [],
}: Pick<LambdaFunction, 'logicalId' | 'functionUrls'>): [key: string, FunctionUrl][] {
  return functionUrls.map((url, index) => [index === 0 ? logicalId : url.logicalId, url]);
}

function createApi(api: HttpApi, options: GatewayOptions): RequestHandler {
  return api.rest === undefined
    ? createHttpApi(api, options)
    : createRestApi(api, api.rest, options);
}

function resolverOf(
  served: readonly { readonly api: HttpApi; readonly handler: RequestHandler }[],
): (host: string, target: RequestTarget) => Destination {
  const resolve = createApiResolver(served, ({ api }) => api);
  return (host, { rawPath }) => {
    const found = resolve(rawPath, host);
    if (found === undefined) throw new Error('There is no HTTP API to serve.');
    return { handler: found.api.handler, rawPath: found.path };
  };
}

function origin(host: string, port: number): string {
  // Clients cannot call the address for all interfaces, so they get this machine's own.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
