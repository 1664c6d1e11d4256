import { bind } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { getEntry, getHealth } from './routes.ts';

export interface ServiceInfo {
  readonly version: string;
  readonly environment: string;
  /** The origin of the web front end: `CORS_ORIGIN`. */
  readonly webOrigin: string;
}

/** The routes `/` and `/health`, bound to their handlers. */
export function healthRoutes({ version, environment, webOrigin }: ServiceInfo): BoundRoute[] {
  const links = {
    self: '/',
    health: '/health',
    openapi: '/openapi.json',
    asyncapi: '/asyncapi.json',
    docs: '/docs',
    web: webOrigin,
  };
  return [
    bind(getEntry, () => Promise.resolve({ body: { name: 'blogapp', version, links } })),
    bind(getHealth, () => Promise.resolve({ body: { status: 'ok', version, environment } })),
  ];
}
