import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';

/** The limit for both entry points together, minified and compressed. */
const LIMIT_BYTES = 6 * 1024;

test('the client and its React hooks have at most 6 KB, and import nothing of Node', async () => {
  const contents = `export * from './index.ts'; export * from './react.ts';`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    ...{ bundle: true, minify: true, write: false },
    ...{ format: 'esm', platform: 'browser', target: 'es2022', external: ['react'] },
  });
  const [bundle] = outputFiles;
  expect(bundle?.text).toContain('blogapp-realtime');
  expect(gzipSync(bundle?.contents ?? '').length).toBeLessThanOrEqual(LIMIT_BYTES);
});
