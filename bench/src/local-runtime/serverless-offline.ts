import { freePort } from '@blogapp/sam-offline/services';
import { installPeer, peerDirectory, spawnOwned } from '../harness/index.ts';
import type { Product, StartedProduct } from './server.ts';

const PEER = 'serverless-offline';
const directory = peerDirectory(PEER);

/**
 * How it runs functions: each environment in a worker thread (its default), or all in the server's
 * process.
 */
export type Isolation = 'worker threads' | 'in process';

/** serverless-offline on osls, the maintained fork of the Serverless Framework. */
export function serverlessOffline(name: string, isolation: Isolation): Product {
  return {
    name,
    async start(logFile): Promise<StartedProduct> {
      const [webSocketPort, lambdaPort, httpPort] = await freePorts();
      const process_ = spawnOwned(
        process.execPath,
        [
          'node_modules/serverless/bin/serverless.js',
          'offline',
          'start',
          `--websocketPort=${webSocketPort}`,
          `--lambdaPort=${lambdaPort}`,
          `--httpPort=${httpPort}`,
          '--noSponsor',
          ...(isolation === 'in process' ? ['--useInProcess'] : []),
        ],
        { cwd: directory, env: { ...process.env, SLS_TELEMETRY_DISABLED: '1' }, logFile },
      );
      const authority = `127.0.0.1:${webSocketPort}`;
      return {
        process: process_,
        webSocketUrl: `ws://${authority}`,
        readyPattern: /Offline \[http for websocket\] listening/,
        readConnectionsUrl: () => Promise.resolve(`http://${authority}`),
      };
    },
  };
}

/**
 * Installs serverless-offline unless it is installed.
 *
 * @throws Error when npm fails
 */
export function installServerlessOffline(): void {
  installPeer(PEER, 'serverless-offline');
}

async function freePorts(): Promise<[number, number, number]> {
  return await Promise.all([freePort(), freePort(), freePort()]);
}
