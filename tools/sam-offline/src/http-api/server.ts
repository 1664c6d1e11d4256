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
import { createRestApi, PlanUsage } from './rest/index.ts';
import type { RequestTarget } from './request.ts';

export interface HttpApiServerOptions extends GatewayOptions {
  /** The HTTP APIs, which share one port: see {@link createHttpApiServer}. */
  readonly apis: readonly HttpApi[];
  /** The functions, whose Function URLs are served on one port each. */
  readonly functions: readonly LambdaFunction[];
  /**
   * The ports of Function URLs by the keys of {@link functionUrlsOf}. Without one, a free port is
   * used.
   */
  readonly functionUrlPorts?: Readonly<Record<string, number>>;
  /** How long `close` waits for unfinished responses, in ms. The default is 5 s. */
  readonly closeGraceMs?: number;
}

export interface HttpApiServer {
  /**
   * Opens the HTTP APIs' port, if there is an HTTP API, and one port for each Function URL.
   *
   * @param port the port of the HTTP APIs; 0 for a free port
   * @throws Error with the code `EADDRINUSE` if a port is in use; no port stays open then
   */
  listen(port: number, host: string): Promise<HttpApiAddresses>;
  /** Waits for unfinished responses, for at most `closeGraceMs`, and closes all sockets. */
  close(): Promise<void>;
}

export interface HttpApiAddresses {
  /** The port of the HTTP APIs; undefined if the stack has none. */
  readonly port: number | undefined;
  /**
   * The URLs of HTTP APIs by logical id. As on AWS, they contain the stage and have no slash at the
   * end. The keys of an API's further stages have the stage's name after the logical id:
   * `Api.beta`.
   */
  readonly urls: Readonly<Record<string, string>>;
  /**
   * The Function URLs by the keys of {@link functionUrlsOf}. As on AWS, they have a slash at the
   * end.
   */
  readonly functionUrls: Readonly<Record<string, string>>;
}

/**
 * Makes the server of a stack's HTTP APIs and Function URLs.
 *
 * All HTTP APIs share one port. The API of a request is found by its `Host`
 * (`<apiId>.execute-api.<region>.amazonaws.com`, or `<apiId>.execute-api.localhost`), else by the
 * path's first segment (`/<apiId>/…`, which is removed), else it is the first API that has the
 * path's stage. So the first API needs no prefix, and the others have one.
 *
 * On AWS each Function URL has its own host, whose root is `/`, and functions make links with it.
 * So each has its own port here.
 */
export function createHttpApiServer(options: HttpApiServerOptions): HttpApiServer {
  const { apis, closeGraceMs = 5_000, functionUrlPorts = {} } = options;
  const open: HttpListener[] = [];
  const handlers: RequestHandler[] = [];
  const usage = new PlanUsage();

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
    const served = apis.map((api) => ({ api, handler: createApi(api, options, usage) }));
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
      // The first API needs no prefix in any of its stages.
      const prefix = apiId === apis[0]?.apiId ? '' : `/${apiId}`;
      const stage = stageName === '$default' ? '' : `/${stageName}`;
      urls[stageKey(api, apis)] = `${origin(host, port)}${prefix}${stage}`;
    }
    return urls;
  }
}

/**
 * Gives the URLs of a function with their keys. The key is the function's logical id for the first
 * URL, and the URL's own logical id for every other one.
 */
export function functionUrlsOf({
  logicalId,
  functionUrls = [],
}: Pick<LambdaFunction, 'logicalId' | 'functionUrls'>): [key: string, FunctionUrl][] {
  return functionUrls.map((url, index) => [index === 0 ? logicalId : url.logicalId, url]);
}

function createApi(api: HttpApi, options: GatewayOptions, usage: PlanUsage): RequestHandler {
  return api.rest === undefined
    ? createHttpApi(api, options)
    : createRestApi(api, api.rest, options, usage);
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
  // Clients cannot call the address of all interfaces, so the URL has the loopback address.
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
