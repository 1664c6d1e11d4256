import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { type AwsHostProxy, createAwsHostProxy } from './index.ts';

/** A separate program, so that it reads the environment variables as any program does. */
const CLIENT = `
  const https = require('node:https');
  https.get(process.argv[1], { agent: new https.Agent({ proxyEnv: process.env }) }, (response) => {
    let text = '';
    response.on('data', (chunk) => (text += chunk)).on('end', () => console.log(response.statusCode, text));
  }).on('error', (error) => console.log(error.message));`;

describe('createAwsHostProxy', () => {
  const directory = mkdtempSync(join(tmpdir(), 'aws-hosts-spec-'));
  const seen: string[] = [];
  const servers: Server[] = [];
  let endpoint: string | undefined;
  let proxy: AwsHostProxy;
  let variables: Readonly<Record<string, string>>;

  const serve = async (name: string): Promise<string> => {
    const server = createServer(({ method = '', url = '', headers }, response) => {
      seen.push(`${name} ${method} ${headers.host ?? ''}${url}`);
      response.end(name);
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeAll(async () => {
    endpoint = await serve('endpoint');
    proxy = createAwsHostProxy({
      bundleFile: join(directory, 'made', 'bundle.pem'),
      awsEndpoint: () => endpoint,
    });
    variables = await proxy.variables();
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(async () => {
    await proxy.close();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
    rmSync(directory, { recursive: true });
  });

  const run = async (url: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', CLIENT, url], {
      env: { ...variables },
    });
    return stdout.trim();
  };
  /** Gets a URL in plain HTTP through the proxy. */
  const get = (path: string): Promise<[number | undefined, string]> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(variables.HTTP_PROXY ?? '');
      request({ hostname, port, path }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          resolve([response.statusCode, text]);
        });
      })
        .on('error', reject)
        .end();
    });
  /** Opens a tunnel. It gives the socket, or the proxy's error. */
  const tunnel = (target: string) =>
    new Promise<{ status: number | undefined; socket: Socket }>((resolve, reject) => {
      const { hostname, port } = new URL(variables.HTTPS_PROXY ?? '');
      request({ hostname, port, method: 'CONNECT', path: target })
        .on('connect', ({ statusCode: status }, socket) => {
          resolve({ status, socket });
        })
        .on('error', reject)
        .end();
    });

  it('passes a whole https URL on with TLS', async () => {
    const server = createTlsServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // The server has no certificate, so the error is one of TLS.
    const got = await get(`https://localhost:${port}/`);
    await new Promise((done) => server.close(done));
    expect(got).toEqual([502, expect.stringContaining('SSL routines')]);
  });

  it('sends requests to an AWS host to the local endpoint, with a certificate that its variables make trusted', async () => {
    await expect(run('https://sqs.us-east-1.amazonaws.com/q?a=1')).resolves.toBe('200 endpoint');
    expect(seen).toEqual(['endpoint GET sqs.us-east-1.amazonaws.com/q?a=1']);
  });

  it('has a certificate for each host, signed by an authority that nobody else trusts', async () => {
    const host = 'abcdefghij.execute-api.ap-northeast-1.amazonaws.com';
    const { socket } = await tunnel(`${host}:443`);
    const bundle = readFileSync(variables.SSL_CERT_FILE ?? '', 'utf8');
    const [authority = ''] = /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----\s*$/.exec(bundle) ?? [];
    const tls = connectTls({ socket, servername: host, ca: authority });
    await new Promise((done) => tls.once('secureConnect', done));
    expect(tls.authorized).toBe(true);
    expect(tls.getPeerX509Certificate()?.checkHost(host)).toBe(host);
    tls.destroy();

    expect(new X509Certificate(authority).ca).toBe(true);
    expect(rootCertificates).not.toContain(authority);
    expect(bundle).toContain(rootCertificates[0]);
  });

  it('does not change connections to other hosts', async () => {
    const other = await serve('other');
    const { port } = new URL(other);
    const { status, socket } = await tunnel(`localhost:${port}`);
    socket.write('GET /a HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);

    expect([status, text.endsWith('other')]).toEqual([200, true]);
    await expect(get(`${other}/b?c`)).resolves.toEqual([200, 'other']);
    expect(seen).toEqual(['other GET other.example/a', expect.stringContaining('/b?c')]);
  });

  it('also passes requests in plain HTTP on', async () => {
    await expect(get('http://sns.us-east-1.amazonaws.com/?Action=X')).resolves.toEqual([
      200,
      'endpoint',
    ]);
  });

  it('reports a host that it cannot reach', async () => {
    const { status } = await tunnel('localhost:1');
    expect(status).toBe(502);
    await expect(get('http://localhost:1/')).resolves.toEqual([
      502,
      expect.stringContaining('sam-offline: localhost:1 cannot be reached'),
    ]);
    await expect(get('/')).resolves.toEqual([400, expect.stringContaining('this is a proxy')]);
  });

  it('refuses AWS hosts while no endpoint runs', async () => {
    const known = endpoint;
    endpoint = undefined;
    const { status } = await tunnel('sqs.us-east-1.amazonaws.com:443');
    const plain = await get('http://sqs.us-east-1.amazonaws.com/');
    endpoint = known;

    expect(status).toBe(502);
    expect(plain).toEqual([502, expect.stringContaining("AWS's hosts are kept on this machine")]);
  });
});
