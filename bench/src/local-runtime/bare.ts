import { freePort } from '@blogapp/sam-offline/services';
import { join } from 'node:path';
import { spawnOwned } from '../harness/index.ts';
import type { Product, StartedProduct } from './server.ts';

/** Where the bare server responds to messages: in its own process, or in the function's. */
export type BareFunction = 'in-process' | 'own-process';

/**
 * A `ws` server that does what the handlers do, and nothing else. No local runtime on this machine
 * can be faster, so its figures show how much of the time is due to a product. With its function in
 * a process of its own, it shows how much of the time isolation takes at least.
 */
export function bareServer(name: string, where: BareFunction): Product {
  return {
    name,
    async start(logFile): Promise<StartedProduct> {
      const port = await freePort();
      return {
        process: spawnOwned(
          process.execPath,
          [join(import.meta.dirname, 'bare-server.ts'), String(port), where],
          { cwd: import.meta.dirname, logFile },
        ),
        webSocketUrl: `ws://127.0.0.1:${port}`,
        readyPattern: /listening/,
        readConnectionsUrl: () => Promise.resolve(`http://127.0.0.1:${port}`),
      };
    },
  };
}
