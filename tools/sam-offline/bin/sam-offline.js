#!/usr/bin/env node
import module from 'node:module';
import v8 from 'node:v8';

// Node strips the types itself; older versions can't, and would fail with a syntax error.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `sam-offline needs Node.js 24 or newer, this is ${process.version}; ` +
      `in its workspace, npx and npm scripts run on the right one\n`,
  );
  process.exit(1);
}
// The young generation grows to its full size at once, rather than by doubling: what a burst of connections leaves behind
// is copied less often.
v8.setFlagsFromString('--semi-space-growth-factor=16');
// Keeps what stripping and compiling some 200 files cost for the next start.
module.enableCompileCache();
const { main } = await import('../src/cli/main.ts');
await main(process.argv);
