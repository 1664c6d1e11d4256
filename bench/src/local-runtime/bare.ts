import { freePort } from '@blogapp/sam-offline/services';
import { join } from 'node:path';
import { spawnOwned } from '../harness/index.ts';
import type { Product, StartedProduct } from './server.ts';

/**
 * A `ws` server that does what the handlers do, without functions. No local runtime on this machine
 * can be faster, so its figures show how much of the time is due to a product.
 */
export function bareServer(name: string): Product {
  return {
    name,
    async start(logFile): Promise<StartedProduct> {
      const port = await freePort();
      return {
        process: spawnOwned(
          process.execPath,
          [join(import.meta.dirname, 'bare-server.ts'), String(port)],
          { cwd: import.meta.dirname, logFile },
        ),
        webSocketUrl: `ws://127.0.0.1:${port}`,
        readyPattern: /listening/,
        readConnectionsUrl: () => Promise.resolve(`http://127.0.0.1:${port}`),
      };
    },
  };
}
