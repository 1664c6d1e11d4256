import type { IdempotencyStore, RateLimiter } from '@blogapp/data-access';
import type { TokenVerifier, User } from '@blogapp/identity';
import {
  bodyOf,
  invalidParts,
  malformedQuery,
  ProblemError,
  unknownParameters,
} from '@blogapp/problems';
import type { InvalidPart } from '@blogapp/shared-types/rest';
import type * as z from 'zod';
import { authenticate } from './authenticate.ts';
import { readIfMatch } from './conditional.ts';
import { respondOnce, readIdempotencyKey } from './idempotency.ts';
import { assertNotTooLarge, readJsonBody } from './json-body.ts';
import { etagOf, respond } from './respond.ts';
import type { ResponseParts } from './respond.ts';
import type { BoundRoute, Route, RouteRequest } from './route.ts';

export interface ServeDependencies {
  readonly verifier: TokenVerifier;
  readonly writes: RateLimiter;
  readonly idempotency: IdempotencyStore;
}

/** A request for which the router found a route. */
export interface RoutedRequest {
  readonly request: Request;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly correlationId: string;
}

/**
 * Serves a request of one route: every requirement on a request is checked here, the
 * cheapest first, and before anything is read from a table.
 *
 * @throws ProblemError, and the errors of the libraries: see known-errors.ts
 */
export async function serve(
  { route, handle }: BoundRoute,
  { request, url, params, query, correlationId }: RoutedRequest,
  { verifier, writes, idempotency }: ServeDependencies,
): Promise<Response> {
  if (route.body) assertNotTooLarge(request.headers.get('content-length'));
  const header = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const user =
    route.access === 'user' ? await authenticate(verifier, header('authorization')) : undefined;

  const checkedParams = checkParams(route, params);
  const checkedQuery = checkQueryOf(route, query);
  const key = route.idempotent ? readIdempotencyKey(header('idempotency-key')) : undefined;
  const ifMatch = route.ifMatch ? readIfMatch(header('if-match')) : undefined;
  const body = route.body === undefined ? undefined : await readJsonBody(request);
  const checkedBody =
    body === undefined || route.body === undefined
      ? undefined
      : bodyOf(route.body.safeParse(body.value));
  if (user !== undefined && route.method !== 'get') await takeToken(writes, user);

  const work = async (resourceId?: string): Promise<ResponseParts> => {
    const routeRequest = {
      params: checkedParams,
      query: checkedQuery,
      body: checkedBody,
      user,
      ifMatch,
      resourceId,
      correlationId,
      url,
    };
    // Its parts were checked with the schemas from which its type is derived.
    const result = await handle(routeRequest as unknown as RouteRequest);
    return partsOf(route, result);
  };
  const parts =
    key === undefined || user === undefined || body === undefined
      ? await work()
      : await respondOnce(
          idempotency,
          {
            userId: user.userId,
            key,
            method: request.method,
            path: url.pathname,
            body: body.bytes,
          },
          work,
        );
  return respond(request, parts);
}

function checkParams(route: Route, params: Readonly<Record<string, string>>): unknown {
  if (route.params === undefined) return undefined;
  const { value, errors } = checkParameters(route.params, params);
  if (errors.length === 0) return value;
  // A path that cannot exist gets the same response as one that does not exist.
  const named = errors.map(({ parameter, detail }) => `${parameter ?? ''} ${detail}`);
  throw new ProblemError('not-found', { detail: `There is no such resource: ${named.join(', ')}` });
}

function checkQueryOf(route: Route, query: Readonly<Record<string, readonly string[]>>): unknown {
  if (route.query === undefined) {
    // Every route refuses a query parameter that it does not have.
    const errors = unknownParameters(Object.keys(query));
    if (errors.length === 0) return undefined;
    throw malformedQuery(errors);
  }
  const twice = Object.entries(query).filter(([, values]) => values.length > 1);
  const single = Object.entries(query).map(([name, [value]]) => [name, value] as const);
  const checked = checkParameters(route.query, Object.fromEntries(single));
  const errors = [
    ...twice.map(([parameter]) => ({ parameter, detail: 'is there more than once' })),
    ...checked.errors,
  ];
  if (errors.length > 0) throw malformedQuery(errors);
  return checked.value;
}

/** Returns the parameters' values, or their faults. */
function checkParameters(
  schema: z.ZodType,
  values: Readonly<Record<string, unknown>>,
): { readonly value: unknown; readonly errors: readonly InvalidPart[] } {
  const { data: value, error } = schema.safeParse(values);
  const errors = invalidParts(error?.issues ?? [], ([name]) => ({ parameter: String(name ?? '') }));
  return { value, errors };
}

async function takeToken(writes: RateLimiter, { userId }: User): Promise<void> {
  const verdict = await writes.take(`write:${userId}`);
  if (verdict.allowed) return;
  const seconds = Math.max(1, Math.ceil(verdict.retryAfterMs / 1000));
  throw new ProblemError('rate-limited', {
    detail: `Too many writes: try again in ${seconds} s`,
    headers: { 'retry-after': String(seconds) },
  });
}

function partsOf({ response: expected }: Route, result: Awaited<ReturnType<BoundRoute['handle']>>) {
  const { status, mediaType, cacheControl = 'no-store' } = expected;
  const headers: Record<string, string> = {
    'cache-control': cacheControl,
    ...result.headers,
  };
  if (status === 204) return { status, headers };
  const body =
    mediaType !== undefined && typeof result.body === 'string'
      ? result.body
      : JSON.stringify(result.body);
  headers['content-type'] = mediaType ?? 'application/json';
  const etag = result.etag ?? (expected.headers?.includes('etag') ? etagOf(body) : undefined);
  return { status, headers, body, ...(etag !== undefined && { etag }) };
}
