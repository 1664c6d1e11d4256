/**
 * Serves the web app for development: with `next dev`'s server, which reloads pages when a source
 * changes, with the address of a stack for `/config.json`. `npm start` runs it beside the stack,
 * over an IPC channel:
 *
 * - it sends `listening` when it has the port, `ready` when pages are served, or `taken` when
 *   another program has the port;
 * - it receives the configuration as an object when the stack runs; requests for it wait until
 *   then;
 * - it ends when the channel is closed.
 */
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CONFIG_PATH, parseConfig, type Config } from '../config/index.ts';

const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } });
const port = Number(values.port);

process.once('disconnect', () => process.exit());
const config = new Promise<Config>((received) => {
  process.on('message', (message) => {
    received(parseConfig(message));
  });
});
process.channel?.unref();

const server = createServer();
server.once('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  process.send?.('taken', () => process.exit(1));
});
server.listen(port, '127.0.0.1', () => {
  process.send?.('listening');
  void serve();
});

/** Starts Next.js, which is loaded only now, so that a taken port is reported at once. */
async function serve(): Promise<void> {
  const { default: next } = await import('next');
  const dir = resolve(import.meta.dirname, '../..');
  const app = next({ dev: true, dir, hostname: 'localhost', port, httpServer: server });
  const prepared = app.prepare();
  server.on('request', (request, response) => {
    if (request.url === CONFIG_PATH) {
      void config.then((content) => {
        response.setHeader('content-type', 'application/json');
        response.setHeader('cache-control', 'no-store');
        response.end(JSON.stringify(content));
      });
      return;
    }
    // Another project's service worker may be left at this port, at any path: `public/sw.js` replaces it.
    if (request.headers['service-worker'] === 'script') request.url = '/sw.js';
    void prepared.then(() => app.getRequestHandler()(request, response));
  });
  await prepared;
  process.send?.('ready');
}
