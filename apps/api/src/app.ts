import { Hono } from 'hono';
import { PROBLEM_HEADERS, problemBody } from './problem.ts';

export interface ApiOptions {
  readonly version: string;
  readonly environment: string;
  /** The origin of the web front end: `CORS_ORIGIN`. */
  readonly webOrigin: string;
}

/**
 * The REST API. It answers through the HTTP API and through its Function URL; both see to CORS
 * themselves.
 */
export function createApp({ version, environment, webOrigin }: ApiOptions): Hono {
  const app = new Hono();

  app.get('/', (context) =>
    context.json({
      name: 'blogapp',
      version,
      links: { self: '/', health: '/health', web: webOrigin },
    }),
  );

  app.get('/health', (context) =>
    context.json({ status: 'ok', version, environment }, 200, { 'cache-control': 'no-store' }),
  );

  app.notFound(({ body, req }) => {
    const detail = `There is no ${req.method} ${req.path}`;
    return body(problemBody({ status: 404, detail, instance: req.path }), 404, PROBLEM_HEADERS);
  });

  // The handler's wrapper logs an error, counts it and answers for it.
  app.onError((error) => {
    throw error;
  });

  return app;
}
