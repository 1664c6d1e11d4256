#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import v8 from 'node:v8';

/** A package has its code as JavaScript, this workspace as TypeScript. */
const isPackage = existsSync(new URL('../lib/', import.meta.url));
// Node.js 24 strips the types itself; a package needs `module.registerHooks` and zstd of `node:zlib`, which are in 22.15.
const needed = isPackage ? { major: 22, minor: 15 } : { major: 24, minor: 0 };
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed.major || (major === needed.major && minor < needed.minor)) {
  process.stderr.write(
    `sam-offline needs Node.js ${needed.major}${needed.minor > 0 ? `.${needed.minor}` : ''} or newer, ` +
      `this is ${process.version}; ` +
      (isPackage
        ? 'https://nodejs.org has newer ones\n'
        : 'in its workspace, npx and npm scripts run on the right one\n'),
  );
  process.exit(1);
}
// The young generation grows to its full size at once, rather than by doubling: what a burst of connections leaves behind
// is copied less often.
v8.setFlagsFromString('--semi-space-growth-factor=16');
// Keeps what stripping and compiling some 300 files cost for the next start.
module.enableCompileCache();
const { main } = await import(isPackage ? '../lib/cli/main.js' : '../src/cli/main.ts');
await main(process.argv);
