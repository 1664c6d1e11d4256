import { freePort } from '@blogapp/sam-offline/services';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { spawnOwned } from '../harness/index.ts';
import type { Product, StartedProduct } from './server.ts';

const directory = resolve(import.meta.dirname, '../../peers/serverless-offline');

/** How it runs functions: each environment a worker thread (its default), or all in its own process. */
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
 * Installs serverless-offline where it is not yet.
 *
 * @throws Error when npm can't
 */
export function installServerlessOffline(onProgress: (text: string) => void): void {
  if (existsSync(join(directory, 'node_modules/serverless-offline/package.json'))) return;
  onProgress('installing serverless-offline into bench/peers/serverless-offline (once)');
  const command = existsSync(join(directory, 'package-lock.json')) ? 'ci' : 'install';
  const { status, stderr } = spawnSync('npm', [command], { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ${command} failed in ${directory}:\n${stderr}`);
}

async function freePorts(): Promise<[number, number, number]> {
  return await Promise.all([freePort(), freePort(), freePort()]);
}
