import { once } from 'node:events';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as https from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { type Duplex, pipeline } from 'node:stream';
import * as tls from 'node:tls';
import { isAwsHost } from './aws-host.ts';
import { javaTrustStore } from './java-trust-store.ts';
import type { CertificateAuthority } from './certificate-authority.ts';

export interface AwsHostProxyOptions {
  /** The path of the file for the certificates that clients have to trust. */
  readonly bundleFile: string;
  /** Gives the URL of the local AWS endpoint; undefined while there is none. */
  readonly awsEndpoint: () => string | undefined;
}

/**
 * A proxy that keeps requests to AWS's hosts on this machine, for programs that sam-offline does
 * not load itself.
 */
export interface AwsHostProxy {
  /**
   * Gives environment variables that make a program's clients use the proxy and trust its
   * certificates. The first call starts the proxy.
   */
  variables(): Promise<Readonly<Record<string, string>>>;
  /**
   * Gives the same variables without starting the proxy: the port is open, and the proxy starts
   * with the first request to it. The file of certificates exists when it has started.
   */
  reservedVariables(): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/**
 * Hosts that programs reach without the proxy: this machine (the Runtime API), and AWS's metadata
 * services.
 */
const DIRECT = '127.0.0.1,localhost,::1,169.254.169.254,169.254.170.2';

/**
 * Makes an HTTP proxy (`CONNECT` and absolute URLs). For an AWS host, the proxy itself ends the TLS
 * connection, with a certificate for that host, and sends the requests to the local AWS endpoint in
 * plain HTTP. Connections to other hosts are not changed.
 */
export function createAwsHostProxy(options: AwsHostProxyOptions): AwsHostProxy {
  const trustStore = `${options.bundleFile}.jks`;
  let reserved: Promise<{ server: Server; variables: Record<string, string> }> | undefined;
  let started: Promise<CertificateAuthority> | undefined;
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };

  async function start(): Promise<CertificateAuthority> {
    // The module is loaded only when the proxy is used.
    const { createCertificateAuthority } = await import('./certificate-authority.ts');
    const authority = await createCertificateAuthority();
    mkdirSync(dirname(options.bundleFile), { recursive: true });
    const certificates = [...trustedCertificates(), authority.certificate];
    writeFileSync(trustStore, javaTrustStore(certificates));
    // Programs wait until the file exists, so it must be complete then.
    const incomplete = `${options.bundleFile}.new`;
    writeFileSync(incomplete, certificates.join('\n') + '\n');
    renameSync(incomplete, options.bundleFile);
    return authority;
  }

  async function reserve(): Promise<{ server: Server; variables: Record<string, string> }> {
    const server = createServer((request, response) => {
      (started ??= start()).then(
        () => {
          passRequest(request, response, options.awsEndpoint());
        },
        (error: unknown) => {
          fail(response, 502, `the proxy did not start: ${String(error)}`);
        },
      );
    });
    server.on('connect', (request, socket: Duplex, head: Buffer) => {
      keep(socket);
      // The client may close its connection before the proxy has started.
      socket.on('error', () => undefined);
      (started ??= start()).then(
        (authority) => {
          openTunnel(request, socket, head, { ...options, authority, keep });
        },
        (error: unknown) => {
          refuse(socket, `the proxy did not start: ${String(error)}`);
        },
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { server, variables: variablesFor(port, options.bundleFile, trustStore) };
  }

  return {
    async variables() {
      const [{ variables }] = await Promise.all([(reserved ??= reserve()), (started ??= start())]);
      return variables;
    },
    async reservedVariables() {
      return (await (reserved ??= reserve())).variables;
    },
    async close() {
      await started?.catch(() => undefined);
      const running = await reserved?.catch(() => undefined);
      if (running === undefined) return;
      for (const socket of sockets) socket.destroy();
      const closed = once(running.server, 'close');
      running.server.close();
      running.server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Makes the variables that clients read. curl and Python read the lower-case names; Go, .NET and
 * Node.js read both. A JVM reads system properties. AWS's SDKs read `AWS_CA_BUNDLE`; OpenSSL, Go
 * and Rust read `SSL_CERT_FILE`.
 */
function variablesFor(port: number, bundle: string, trustStore: string): Record<string, string> {
  const proxy = `http://127.0.0.1:${port}`;
  const jvm = {
    ...{ 'https.proxyHost': '127.0.0.1', 'https.proxyPort': port },
    ...{ 'http.proxyHost': '127.0.0.1', 'http.proxyPort': port },
    ...{ 'http.nonProxyHosts': 'localhost|127.*|[::1]|169.254.*' },
    ...{ 'javax.net.ssl.trustStore': trustStore, 'javax.net.ssl.trustStorePassword': 'changeit' },
  };
  return {
    JAVA_TOOL_OPTIONS: Object.entries(jvm)
      // The path may contain spaces.
      .map(([name, value]) => `-D${name}=${String(value).replace(/^.*\s.*$/s, '"$&"')}`)
      .join(' '),
    ...{ HTTPS_PROXY: proxy, https_proxy: proxy, HTTP_PROXY: proxy, http_proxy: proxy },
    ...{ NO_PROXY: DIRECT, no_proxy: DIRECT },
    ...{ AWS_CA_BUNDLE: bundle, SSL_CERT_FILE: bundle, CURL_CA_BUNDLE: bundle },
    ...{ REQUESTS_CA_BUNDLE: bundle, NODE_EXTRA_CA_CERTS: bundle },
  };
}

/**
 * Gives the certificates that the machine and Node.js trust. Most clients use the bundle instead of
 * their own certificates.
 */
function trustedCertificates(): readonly string[] {
  const { getCACertificates, rootCertificates } = tls as Partial<typeof tls>;
  // This function exists since Node.js 22.15 and 23.10.
  if (getCACertificates === undefined) return rootCertificates ?? [];
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

interface TunnelContext extends AwsHostProxyOptions {
  readonly authority: CertificateAuthority;
  readonly keep: (socket: Duplex) => void;
}

function openTunnel(
  { url = '' }: IncomingMessage,
  client: Duplex,
  head: Buffer,
  { awsEndpoint, authority, keep }: TunnelContext,
): void {
  const { host, port } = hostAndPort(url);
  const isAws = isAwsHost(host);
  const endpoint = isAws ? awsEndpoint() : undefined;
  if (isAws && endpoint === undefined) {
    refuse(client, `${host}: sam-offline keeps AWS's hosts on this machine, and no endpoint runs`);
    return;
  }
  const target = endpoint === undefined ? { host, port } : hostAndPort(new URL(endpoint).host);
  let isOpen = false;
  const upstream = connect(target.port, target.host, () => {
    isOpen = true;
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    client.unshift(head);
    // Port 80 uses plain HTTP, also in a tunnel.
    const isTls = isAws && port !== 80;
    const end = isTls ? decrypted(client, host, authority) : client;
    // If one side fails, both connections are closed.
    pipeline(end, upstream, end, () => undefined);
  });
  keep(upstream);
  upstream.once('error', (error) => {
    if (!isOpen) refuse(client, `${host}:${port} cannot be reached: ${error.message}`);
  });
  client.on('error', () => upstream.destroy());
}

function decrypted(client: Duplex, host: string, authority: CertificateAuthority): tls.TLSSocket {
  return new tls.TLSSocket(client, {
    isServer: true,
    secureContext: authority.contextFor(host),
    // The local endpoint does not support HTTP/2.
    ALPNProtocols: ['http/1.1'],
  });
}

function refuse(client: Duplex, message: string): void {
  const body = `sam-offline: ${message}\n`;
  client.end(
    'HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function fail(response: ServerResponse, status: number, message: string): void {
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(`sam-offline: ${message}\n`);
}

/**
 * Passes a request such as `GET http://host/path` on. Some clients, such as axios, send `https`
 * URLs in this form too, instead of opening a tunnel.
 */
function passRequest(
  request: IncomingMessage,
  response: ServerResponse,
  awsEndpoint: string | undefined,
): void {
  const { url: given = '', method, headers } = request;
  if (!URL.canParse(given)) {
    fail(response, 400, `this is a proxy; expected CONNECT or a whole URL, found ${given}`);
    return;
  }
  const url = new URL(given);
  const isAws = isAwsHost(url.hostname);
  if (isAws && awsEndpoint === undefined) {
    fail(
      response,
      502,
      `${url.hostname}: AWS's hosts are kept on this machine, and no endpoint runs`,
    );
    return;
  }
  const base = isAws && awsEndpoint !== undefined ? new URL(awsEndpoint) : url;
  const { 'proxy-connection': _, ...passed } = headers;
  const requestTo = base.protocol === 'https:' ? https.request : http.request;
  const upstream = requestTo({
    ...{ host: base.hostname.replace(/^\[|\]$/g, ''), port: base.port || undefined, method },
    ...{ path: `${url.pathname}${url.search}`, headers: passed },
  });
  upstream.on('response', (incoming) => {
    response.writeHead(incoming.statusCode ?? 502, incoming.rawHeaders);
    incoming.pipe(response);
  });
  upstream.on('error', (error) => {
    fail(response, 502, `${url.host} cannot be reached: ${error.message}`);
  });
  response.once('close', () => upstream.destroy());
  request.pipe(upstream);
}

function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, host = text, port = '443'] = /^\[?(.+?)\]?(?::(\d+))?$/.exec(text) ?? [];
  return { host, port: Number(port) };
}
