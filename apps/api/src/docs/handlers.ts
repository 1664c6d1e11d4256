import { bind } from '../http/index.ts';
import type { BoundRoute, Route } from '../http/index.ts';
import { getDocs, getOpenApi } from './routes.ts';

/**
 * The description and its page. What makes them is loaded with the first request for them: it takes
 * as long as everything else that the function loads.
 *
 * @param routes the other routes
 */
export function docsRoutes(version: string, routes: readonly Route[]): BoundRoute[] {
  let document: Promise<object> | undefined;
  const described = [...routes, getOpenApi, getDocs];
  return [
    bind(getOpenApi, async () => {
      document ??= import('./openapi.ts').then(({ openApiDocument }) =>
        openApiDocument(version, described),
      );
      return { body: await document };
    }),
    bind(getDocs, async () => {
      const { docsPage } = await import('./page.ts');
      const { html, contentSecurityPolicy } = docsPage();
      return { body: html, headers: { 'content-security-policy': contentSecurityPolicy } };
    }),
  ];
}
