import type {
  CommentsRepository,
  FavoritesRepository,
  PostsRepository,
} from '@blogapp/data-access';
import { PROBLEM_MEDIA_TYPE, ProblemError, problemDocument } from '@blogapp/problems';
import { Hono } from 'hono';
import type { Context } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { commentRoutes } from './comments/index.ts';
import { docsRoutes } from './docs/index.ts';
import { favoriteRoutes } from './favorites/index.ts';
import { healthRoutes } from './health/index.ts';
import type { ServiceInfo } from './health/index.ts';
import { problemOf, respond, serve } from './http/index.ts';
import type { BoundRoute, ServeDependencies } from './http/index.ts';
import { postRoutes } from './posts/index.ts';

export interface ApiDependencies extends ServeDependencies {
  readonly posts: PostsRepository;
  readonly comments: CommentsRepository;
  readonly favorites: FavoritesRepository;
}

/** What the caller passes beside the request. */
export interface RequestEnvironment {
  readonly correlationId: string;
  /** Called with the path of the route that serves the request; not called when no route does. */
  readonly onRoute?: (route: string) => void;
}

interface Environment {
  Bindings: RequestEnvironment;
}

export type Api = Hono<Environment>;

/** Every route of the API. */
export function apiRoutes(dependencies: ApiDependencies, service: ServiceInfo): BoundRoute[] {
  return [
    ...postRoutes(dependencies.posts),
    ...commentRoutes(dependencies.comments, dependencies.posts),
    ...favoriteRoutes(dependencies.favorites),
    ...healthRoutes(service),
    ...docsRoutes(service.version),
  ];
}

/**
 * Makes the REST API. Clients call it through the HTTP API or its Function URL, which handle CORS
 * themselves.
 */
export function createApp(dependencies: ApiDependencies, service: ServiceInfo): Api {
  const app = new Hono<Environment>();

  app.use(methodNotAllowed({ app, onMethodNotAllowed: respondToOtherMethod }));

  for (const bound of apiRoutes(dependencies, service)) {
    const { method, path } = bound.route;
    app.on(method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'), async (context) => {
      context.env.onRoute?.(path);
      try {
        return await serve(
          bound,
          {
            request: context.req.raw,
            url: new URL(context.req.url),
            params: context.req.param(),
            query: context.req.queries(),
            correlationId: context.env.correlationId,
          },
          dependencies,
        );
      } catch (error) {
        const problem = problemOf(error);
        // The handler's wrapper logs the error, counts it and makes the response.
        if (problem === undefined) throw error;
        return problemResponse(context, problem);
      }
    });
  }

  app.notFound((context) => {
    const detail = `There is no ${pathOf(context)}`;
    return problemResponse(context, new ProblemError('not-found', { detail }));
  });

  app.onError((error) => {
    throw error;
  });

  return app;
}

/** The response to a method that a known path does not have. */
function respondToOtherMethod(context: Context<Environment>, methods: readonly string[]): Response {
  const allow = [...methods, 'OPTIONS'].join(', ');
  if (context.req.method === 'OPTIONS') {
    return respond(context.req.raw, {
      status: 204,
      headers: { allow, 'cache-control': 'no-store' },
    });
  }
  const detail = `${pathOf(context)} takes ${allow}`;
  return problemResponse(
    context,
    new ProblemError('method-not-allowed', { detail, headers: { allow } }),
  );
}

/**
 * The path as it was sent. Hono's `path` is decoded, so it is not a URI reference (RFC 9457,
 * section 3.1.5).
 */
function pathOf(context: Context<Environment>): string {
  return new URL(context.req.url).pathname;
}

function problemResponse(context: Context<Environment>, problem: ProblemError): Response {
  const document = problemDocument(problem, pathOf(context), context.env.correlationId);
  return respond(context.req.raw, {
    status: problem.status,
    headers: {
      ...problem.headers,
      'content-type': PROBLEM_MEDIA_TYPE,
      'cache-control': 'no-store',
    },
    body: JSON.stringify(document),
  });
}
