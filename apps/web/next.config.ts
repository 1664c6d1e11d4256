import { resolve } from 'node:path';
import type { NextConfig } from 'next';

const workspace = resolve(import.meta.dirname, '../..');

export default {
  // Plain files, for any host. A page ends with a slash, so that `/post/` is `post/index.html`.
  output: 'export',
  trailingSlash: true,
  // `next dev` keeps what it compiles apart from the export.
  ...(process.env.NODE_ENV !== 'development' && { distDir: '../../dist/apps/web' }),
  poweredByHeader: false,
  // `npm start` shows what the stack gets, beside which requests for scripts are noise.
  logging: { incomingRequests: false },
  // `src/cli/build.ts` gives one that depends on the sources only; null lets Next.js make one.
  generateBuildId: () => process.env.BUILD_ID ?? null,
  // The workspace's libraries are TypeScript sources.
  transpilePackages: ['@blogapp/api-client', '@blogapp/realtime-client', '@blogapp/shared-types'],
  turbopack: { root: workspace },
  // `nx typecheck checks` does it for all projects.
  typescript: { ignoreBuildErrors: true },
} satisfies NextConfig;
