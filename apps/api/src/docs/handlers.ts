import { bind } from '../http/index.ts';
import type { BoundRoute } from '../http/index.ts';
import { getAsyncApi, getDocs, getOpenApi } from './routes.ts';

/**
 * The routes of the descriptions and their page. The code that makes the descriptions is a separate
 * bundle (see esbuild.config.cjs), which is loaded with the first request for them: it contains all
 * of zod and a generator, which take as long to load as the rest of the function.
 */
export function docsRoutes(version: string): BoundRoute[] {
  let document: Promise<object> | undefined;
  let realtime: Promise<object> | undefined;
  return [
    bind(getOpenApi, async () => {
      document ??= import('./openapi.ts').then(({ openApiDocument }) => openApiDocument(version));
      return { body: await document };
    }),
    bind(getAsyncApi, async () => {
      realtime ??= import('./openapi.ts').then(({ asyncApiDocument }) => asyncApiDocument(version));
      return { body: await realtime };
    }),
    bind(getDocs, async () => {
      const { docsPage } = await import('./page.ts');
      const { html, contentSecurityPolicy } = docsPage();
      return { body: html, headers: { 'content-security-policy': contentSecurityPolicy } };
    }),
  ];
}
