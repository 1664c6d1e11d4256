import { freePort } from '@blogapp/sam-offline/services';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spawnOwned } from '../harness/index.ts';
import type { Product, StartedProduct } from './server.ts';

const root = resolve(import.meta.dirname, '../../..');
const template = join(import.meta.dirname, 'template.yaml');
/** The stage in the template. */
const stage = 'bench';

/**
 * sam-offline with its defaults, on free ports and with an empty data directory.
 *
 * @param checkout the folder of the repository with the sam-offline to run; this repository by
 * default
 */
export function samOffline(name: string, workDirectory: string, checkout = root): Product {
  const command = join(checkout, 'tools/sam-offline/bin/sam-offline.js');
  return {
    name,
    async start(logFile): Promise<StartedProduct> {
      if (!existsSync(command)) throw new Error(`${command} does not exist`);
      const dataDirectory = join(workDirectory, 'sam-offline-data');
      await rm(dataDirectory, { recursive: true, force: true });
      const [webSocketPort, httpPort, awsPort] = await Promise.all([
        freePort(),
        freePort(),
        freePort(),
      ]);
      const process_ = spawnOwned(
        process.execPath,
        [
          command,
          'start',
          `--template=${template}`,
          '--stack-name=bench',
          `--websocket-port=${webSocketPort}`,
          `--http-port=${httpPort}`,
          `--aws-port=${awsPort}`,
          '--console-port=0',
          `--data-dir=${dataDirectory}`,
        ],
        { cwd: workDirectory, logFile },
      );
      return {
        process: process_,
        webSocketUrl: `ws://127.0.0.1:${webSocketPort}/${stage}`,
        readyPattern: /READY/,
        async readConnectionsUrl() {
          const text = await readFile(join(dataDirectory, 'outputs.json'), 'utf8');
          const outputs = JSON.parse(text) as { ConnectionsUrl: string };
          return outputs.ConnectionsUrl;
        },
      };
    },
  };
}
