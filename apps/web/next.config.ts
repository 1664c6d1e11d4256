import { resolve } from 'node:path';
import type { NextConfig } from 'next';
import { buildId } from './src/export/build-id.ts';

const workspace = resolve(import.meta.dirname, '../..');

export default {
  // Plain files, for any host. A page ends with a slash, so that `/post/` is `post/index.html`.
  output: 'export',
  trailingSlash: true,
  distDir: '../../dist/apps/web',
  poweredByHeader: false,
  generateBuildId: () => buildId(workspace),
  // The workspace's libraries are TypeScript sources.
  transpilePackages: ['@blogapp/api-client', '@blogapp/realtime-client', '@blogapp/shared-types'],
  turbopack: { root: workspace },
  // `nx typecheck checks` does it for all projects.
  typescript: { ignoreBuildErrors: true },
} satisfies NextConfig;
