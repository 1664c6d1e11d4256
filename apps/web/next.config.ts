import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const workspace = resolve(import.meta.dirname, '../..');

export default {
  // The export has static files, for any host. The paths of pages end with a slash, so that
  // `/post/` is `post/index.html`.
  output: 'export',
  trailingSlash: true,
  // `next dev` writes its files to another folder than the export.
  ...(process.env.NODE_ENV !== 'development' && { distDir: '../../dist/apps/web' }),
  poweredByHeader: false,
  // `npm start` prints the stack's requests; those for scripts would only distract.
  logging: { incomingRequests: false },
  // `src/cli/build.ts` sets an id that depends only on the sources; with null, Next.js makes one.
  generateBuildId: () => process.env.BUILD_ID ?? null,
  // The workspace's libraries are TypeScript sources.
  transpilePackages: ['@blogapp/api-client', '@blogapp/realtime-client', '@blogapp/shared-types'],
  turbopack: { root: workspace },
  // `nx typecheck checks` checks the types of all projects.
  typescript: { ignoreBuildErrors: true },
} satisfies NextConfig;
