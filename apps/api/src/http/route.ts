import type { User } from '@blogapp/identity';
import type { ProblemName } from '@blogapp/shared-types/rest';
import type * as z from 'zod';
import type { responseSchemas } from '../docs/response-schemas.ts';
import type { IfMatch } from './conditional.ts';

/**
 * A route as data: what `serve.ts` does with a request, and what the OpenAPI document says of it,
 * come from the same lines.
 */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/posts/{postId}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'Posts' | 'Comments' | 'Favorites' | 'Service';
  readonly summary: string;
  readonly description?: string;
  /** Whether it takes an ID token. Public routes do not look at one. */
  readonly access: 'public' | 'user';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** `If-Match` has to be there. */
  readonly ifMatch?: true;
  /** `Idempotency-Key` may be there. */
  readonly idempotent?: true;
  /** The response of a request that succeeds. */
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
  /** Response headers beside those of every response. */
  readonly headers?: readonly ResponseHeader[];
  /** The `Cache-Control` of the response; `no-store` when it is absent. */
  readonly cacheControl?: string;
}

export type ResponseHeader = 'etag' | 'link' | 'location' | 'idempotency-replayed';

/** What a handler gets: everything has been checked. */
export interface RouteRequest<R extends Route = Route> {
  readonly params: R extends { params: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly query: R extends { query: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly body: R extends { body: infer S extends z.ZodType } ? z.output<S> : undefined;
  readonly user: R extends { access: 'user' } ? User : undefined;
  readonly ifMatch: R extends { ifMatch: true } ? IfMatch : undefined;
  /** For what it creates, when the request came with an `Idempotency-Key`. */
  readonly resourceId: string | undefined;
  readonly correlationId: string;
  /** As it came, with its query. */
  readonly url: URL;
}

/** What a handler returns; the route has the status. */
export interface HandlerResponse {
  /** Written as JSON, or as it is where the route has another media type. */
  readonly body?: unknown;
  /** The entity tag without its quotes; a hash of the body where it is absent. */
  readonly etag?: string;
  readonly headers?: Readonly<Partial<Record<ResponseHeader | 'content-security-policy', string>>>;
}

export type Handler<R extends Route> = (request: RouteRequest<R>) => Promise<HandlerResponse>;

export interface BoundRoute {
  readonly route: Route;
  readonly handle: (request: RouteRequest) => Promise<HandlerResponse>;
}

/** Puts a route and its handler together. */
export function bind<R extends Route>(route: R, handle: Handler<R>): BoundRoute {
  // `serve` makes the request out of this very route, so it fits the handler.
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
