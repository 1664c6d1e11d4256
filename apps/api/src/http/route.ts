import type { User } from '@blogapp/identity';
import type { ProblemName } from '@blogapp/shared-types/rest';
import type * as z from 'zod';
import type { responseSchemas } from '../docs/response-schemas.ts';
import type { IfMatch } from './conditional.ts';

/** A route as data. `serve.ts` and the OpenAPI document both use it. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** The path, with parameters in braces: `/posts/{postId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'Posts' | 'Comments' | 'Favorites' | 'Service';
  readonly summary: string;
  readonly description?: string;
  /** Whether it needs an ID token. Public routes ignore a token. */
  readonly access: 'public' | 'user';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Whether the request must have `If-Match`. */
  readonly ifMatch?: true;
  /** Whether the request may have an `Idempotency-Key`. */
  readonly idempotent?: true;
  /** The response to a request that succeeds. */
  readonly response: RouteResponse;
  /** Problems beside those that follow from the other properties: see `problemsOf`. */
  readonly problems?: readonly ProblemName[];
}

export interface RouteResponse {
  readonly status: 200 | 201 | 204;
  readonly description: string;
  readonly schema?: keyof typeof responseSchemas;
  /** The media type of the body; JSON when it is absent. */
  readonly mediaType?: string;
  /** Further response headers, beside those of every response. */
  readonly headers?: readonly ResponseHeader[];
  /** The `Cache-Control` of the response; `no-store` when it is absent. */
  readonly cacheControl?: string;
}

export type ResponseHeader = 'etag' | 'link' | 'location' | 'idempotency-replayed';

/** What a handler receives; everything has been checked. */
export interface RouteRequest<R extends Route = Route> {
  readonly params: R extends { params: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly query: R extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly body: R extends { body: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly user: R extends { access: 'user' } ? User : undefined;
  readonly ifMatch: R extends { ifMatch: true } ? IfMatch : undefined;
  /** The id for the resource that it creates, when the request has an `Idempotency-Key`. */
  readonly resourceId: string | undefined;
  readonly correlationId: string;
  /** The URL of the request, with its query. */
  readonly url: URL;
}

/** What a handler returns; the route defines the status. */
export interface HandlerResponse {
  /** The body; it is written as JSON, unless the route has another media type. */
  readonly body?: unknown;
  /** The entity tag without its quotes; a hash of the body when it is absent. */
  readonly etag?: string;
  readonly headers?: Readonly<Partial<Record<ResponseHeader | 'content-security-policy', string>>>;
}

export type Handler<R extends Route> = (request: RouteRequest<R>) => Promise<HandlerResponse>;

export interface BoundRoute {
  readonly route: Route;
  readonly handle: (request: RouteRequest) => Promise<HandlerResponse>;
}

/** Binds a handler to its route. */
export function bind<R extends Route>(route: R, handle: Handler<R>): BoundRoute {
  // `serve` makes the request from this route, so its type matches the handler.
  return { route, handle: handle };
}

/** Every problem that a route can respond with. */
export function problemsOf(route: Route): readonly ProblemName[] {
  // A query parameter that a route does not have is malformed, on every route.
  const problems = new Set<ProblemName>(['internal-error', 'unavailable', 'malformed-request']);
  const add = (...names: readonly ProblemName[]): void => {
    for (const name of names) problems.add(name);
  };
  if (route.params) add('not-found');
  if (route.access === 'user') add('unauthenticated');
  if (route.body) {
    add('content-too-large', 'unsupported-media-type', 'invalid-content');
  }
  if (route.method !== 'get') add('rate-limited');
  if (route.ifMatch) add('precondition-required', 'version-conflict');
  if (route.idempotent) add('request-in-progress', 'idempotency-key-reused');
  add(...(route.problems ?? []));
  return [...problems];
}
