import { hash } from 'node:crypto';
import { REALTIME_SCRIPT } from './page-realtime.ts';
import { PAGE_SCRIPT, RUN_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

const SCRIPT = PAGE_SCRIPT + REALTIME_SCRIPT + RUN_SCRIPT;

export interface DocsPage {
  readonly html: string;
  readonly contentSecurityPolicy: string;
}

/**
 * A page that reads the OpenAPI and AsyncAPI documents at the same address, and fetches nothing
 * else.
 */
export function docsPage(): DocsPage {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>blogapp API</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<nav aria-label="Operations"></nav>
<main><p class="wait">Reading the description…</p></main>
<noscript>The descriptions are <a href="openapi.json">openapi.json</a> and <a href="asyncapi.json">asyncapi.json</a>.</noscript>
<script>${SCRIPT}</script>
</body>
</html>
`;
  return {
    html,
    contentSecurityPolicy: [
      "default-src 'none'",
      `script-src '${hashOf(SCRIPT)}'`,
      `style-src '${hashOf(PAGE_STYLE)}'`,
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  };
}

function hashOf(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}
