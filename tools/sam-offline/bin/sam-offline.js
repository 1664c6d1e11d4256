#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import v8 from 'node:v8';

/** A package has the code as JavaScript, and this workspace has it as TypeScript. */
const isPackage = existsSync(new URL('../lib/', import.meta.url));
// Node.js 24 strips the types itself. A package needs `module.registerHooks` and the zstd functions
// of `node:zlib`, which Node.js has from 22.15 on.
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
const { V8_FLAGS } = await import(isPackage ? '../lib/v8-flags.js' : '../src/v8-flags.ts');
for (const flag of V8_FLAGS) v8.setFlagsFromString(flag);
// Keeps the compiled code of some 300 files for the next start.
module.enableCompileCache();
const { main } = await import(isPackage ? '../lib/cli/main.js' : '../src/cli/main.ts');
await main(process.argv);
