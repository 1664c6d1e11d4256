import { readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Target } from './target.ts';
import { readWebDistribution } from './web-template.ts';

export const EXPORT = resolve(import.meta.dirname, '../../../dist/apps/web');

/** The content types, as the AWS CLI guesses them when it uploads. */
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/vnd.microsoft.icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** What serves the files: CloudFront as the template defines it, or a host that only knows paths. */
export type Host = 'cloudfront' | 'plain';

/** Serves the web app's export as CloudFront does. */
export interface WebServer {
  readonly port: number;
  /** Serves the files of another folder from now on. */
  deploy(folder: string, host: Host): void;
  stop(): Promise<void>;
}

interface ServedFile {
  readonly status: number;
  readonly type: string;
  /** The body, compressed with gzip. */
  readonly body: Buffer;
}

/**
 * Serves the export on a free port: with the headers and paths of the template, compressed, with
 * 404.html when there is no file, and with the target's addresses in `config.json`.
 *
 * @param first the folder of another export
 * @throws Error when the export was not built
 */
export async function startWebServer(target: Target, first = EXPORT): Promise<WebServer> {
  if (statSync(join(first, 'index.html'), { throwIfNoEntry: false }) === undefined) {
    throw new Error(`There is no ${first}/index.html; build it: npx nx build web`);
  }
  let folder = first;
  let host: Host = 'cloudfront';
  const { headers, fileOf } = readWebDistribution(target);
  const config = JSON.stringify({
    apiUrl: target.HttpApiUrl,
    webSocketUrl: target.WebSocketUrl,
    development: true,
  });
  const files = new Map<string, ServedFile>();
  const read = (path: string, status = 200): ServedFile | undefined => {
    const isFile = statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
    if (!isFile && path !== '/config.json') return undefined;
    const content = path === '/config.json' ? config : readFileSync(join(folder, path));
    const type = TYPES[extname(path)];
    if (type === undefined) throw new Error(`${path} has no type; add one to TYPES`);
    return { status, type, body: gzipSync(content) };
  };
  const find = (path: string): ServedFile => {
    const found = files.get(path) ?? read(path) ?? read('/404.html', 404);
    if (found === undefined) throw new Error('The export has no 404.html');
    files.set(path, found);
    return found;
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const given = host === 'cloudfront' ? request.headers : {};
    try {
      send(response, find(fileOf(decodeURIComponent(pathname), given)), headers);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    deploy(...other) {
      [folder, host] = other;
      files.clear();
    },
    async stop() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function send(
  response: ServerResponse,
  { status, type, body }: ServedFile,
  headers: Readonly<Record<string, string>>,
): void {
  response
    .writeHead(status, {
      ...headers,
      'content-type': type,
      'content-encoding': 'gzip',
      'content-length': body.length,
      'cache-control': 'no-cache',
    })
    .end(body);
}
