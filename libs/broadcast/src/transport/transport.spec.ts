import {
  ApiGatewayManagementApiClient,
  ApiGatewayManagementApiServiceException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server as HttpsServer } from 'node:https';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from 'node:tls';
import { ConnectionsPeer, type PeerResponse } from '../testing/connections-peer.ts';
import { CREDENTIALS, REGION } from '../testing/local-services.ts';
import { createConnectionsTransport, type ConnectionsTransport } from './transport.ts';

const HELLO = Buffer.from('{"type":"announcement"}');

async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const result = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  // `instanceof Error` does not work here: Jest's realm has its own Error, and Node's errors are
  // not instances of it.
  if (typeof result !== 'object' || result === null) throw new Error('it did not fail');
  return result as Error;
}

const ACCEPTED = '200 OK\r\ncontent-length: 0\r\n\r\n';

/**
 * An endpoint that responds to each request with the next text, and can send text without a
 * request.
 */
class ScriptedEndpoint {
  readonly transport: ConnectionsTransport;
  connections = 0;
  /** Whether it ends the connection after each response. */
  hangsUp = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, responses: readonly string[]) {
    this.#server = server;
    const left = [...responses];
    server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('data', () => {
        socket.write(`HTTP/1.1 ${left.shift() ?? ''}`);
        if (this.hangsUp) socket.end();
      });
    });
    this.transport = createConnectionsTransport({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
    });
  }

  static async start(responses: readonly string[]): Promise<ScriptedEndpoint> {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ScriptedEndpoint(server, responses);
  }

  /** Sends text, and resolves when the other end has closed the connection. */
  async say(text: string): Promise<void> {
    const [socket] = this.#sockets;
    if (socket === undefined) throw new Error('nobody is connected');
    const closed = once(socket, 'close');
    socket.write(text);
    await closed;
  }

  async stop(): Promise<void> {
    await this.transport.close();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('connections transport', () => {
  let peer: ConnectionsPeer;
  let transport: ConnectionsTransport;
  let tlsServer: HttpsServer | undefined;

  beforeEach(async () => {
    peer = await ConnectionsPeer.start();
    peer.recordPushes = true;
    transport = createConnectionsTransport({
      endpoint: peer.endpoint,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
      pushTimeoutMs: 300,
    });
  });
  afterEach(async () => {
    await transport.close();
    await peer.close();
    tlsServer?.close();
    tlsServer?.closeAllConnections();
    tlsServer = undefined;
  });

  it('pushes the payload to the connection, under the stage', async () => {
    await transport.push('L0SM9cOFvHcCIhw=', HELLO);
    expect(peer.pushes).toEqual([
      expect.objectContaining({
        connectionId: 'L0SM9cOFvHcCIhw=',
        body: HELLO.toString(),
        path: '/dev/@connections/L0SM9cOFvHcCIhw%3D',
      }),
    ]);
    expect(peer.pushes[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/ap-northeast-1\/execute-api\/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=[0-9a-f]{64}$/,
    );
  });

  it.each<PeerResponse>(['gone', 'throttle', 'too-large', 'forbid', 'refuse', 'fail'])(
    "fails as the SDK does when the response is '%s'",
    async (response) => {
      peer.plan = () => response;
      const sdk = new ApiGatewayManagementApiClient({
        endpoint: peer.endpoint,
        region: REGION,
        credentials: CREDENTIALS,
        maxAttempts: 1,
      });
      const theirs = await errorOf(
        sdk.send(new PostToConnectionCommand({ ConnectionId: 'id', Data: HELLO })),
      );
      const ours = await errorOf(transport.push('id', HELLO));
      sdk.destroy();
      expect(ours.constructor).toBe(theirs.constructor);
      if (!(theirs instanceof ApiGatewayManagementApiServiceException)) throw theirs;
      const { name, message, $fault, $metadata } = theirs;
      const { httpStatusCode, requestId } = $metadata;
      expect(ours).toMatchObject({
        name,
        message,
        $fault,
        $metadata: { httpStatusCode, requestId },
      });
    },
  );

  it('ends a push without a response in time, and continues', async () => {
    peer.plan = (id) => (id === 'slow' ? 'hang' : 'ok');
    const error = await errorOf(transport.push('slow', HELLO));
    expect(error.name).toBe('TimeoutError');
    await transport.push('fast', HELLO);
    expect(peer.received.get('fast')).toHaveLength(1);
  });

  it('reports a connection that is reset, and continues over a new one', async () => {
    peer.plan = (id) => (id === 'unlucky' ? 'reset' : 'ok');
    expect(await errorOf(transport.push('unlucky', HELLO))).toMatchObject({ code: 'ECONNRESET' });
    await transport.push('lucky', HELLO);
  });

  it('keeps nothing of an incomplete response for the next one', async () => {
    const endpoint = await ScriptedEndpoint.start([
      '410 Gone\r\ncontent-length: 18\r\n\r\n{"message":"half',
      '410 Gone\r\ncontent-length: 18\r\n\r\n{"message":"gone"}',
    ]);
    endpoint.hangsUp = true;
    expect(await errorOf(endpoint.transport.push('id', HELLO))).toMatchObject({
      code: 'ECONNRESET',
    });
    expect(await errorOf(endpoint.transport.push('id', HELLO))).toMatchObject({
      name: 'GoneException',
      message: 'gone',
    });
    await endpoint.stop();
  });

  it.each([
    ['says that it closes', '200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', ''],
    ['sends more than one response', ACCEPTED, 'HTTP/1.1 200 OK\r\n'],
  ])('continues over a new connection when the endpoint %s', async (_, response, later) => {
    const endpoint = await ScriptedEndpoint.start([response, ACCEPTED]);
    await endpoint.transport.push('one', HELLO);
    if (later !== '') await endpoint.say(later);
    await endpoint.transport.push('two', HELLO);
    expect(endpoint.connections).toBe(2);
    await endpoint.stop();
  });

  it('reports a malformed response, and continues over a new connection', async () => {
    const endpoint = await ScriptedEndpoint.start([ACCEPTED + ACCEPTED, ACCEPTED]);
    expect(await errorOf(endpoint.transport.push('one', HELLO))).toMatchObject({
      code: 'ERR_MALFORMED_RESPONSE',
    });
    await endpoint.transport.push('two', HELLO);
    expect(endpoint.connections).toBe(2);
    await endpoint.stop();
  });

  it('takes a response that ends with its connection, and a push that is started then', async () => {
    const endpoint = await ScriptedEndpoint.start(['200 OK\r\n\r\n', '200 OK\r\n\r\n']);
    endpoint.hangsUp = true;
    const pusher = await endpoint.transport.open(HELLO);
    const statuses = await new Promise((resolve) => {
      pusher.push('one', {
        onPushed: (first) => {
          pusher.push('two', {
            onPushed: (second) => {
              resolve([first, second]);
            },
          });
        },
      });
    });
    expect(statuses).toEqual([200, 200]);
    await endpoint.stop();
  });

  it('does not use a connection again that was idle for long', async () => {
    await transport.push('one', HELLO);
    await transport.push('two', HELLO);
    expect(peer.connections).toBe(1);
    const now = Date.now();
    // This is the situation after Lambda has frozen the process.
    const clock = jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
    await transport.push('three', HELLO);
    clock.mockRestore();
    expect(peer.connections).toBe(2);
  });

  it('opens no connection for an id that can not be signed', async () => {
    const pusher = await transport.open(HELLO);
    // The first connection that is taken starts the sweep for pushes that take too long.
    const sweeps = jest.spyOn(globalThis, 'setInterval');
    expect(() => {
      pusher.push('\ud800', { onPushed: () => undefined });
    }).toThrow(/URI malformed/);
    expect(sweeps).not.toHaveBeenCalled();
    await transport.push('id', HELLO);
    expect(sweeps).toHaveBeenCalledTimes(1);
    sweeps.mockRestore();
  });

  it('continues after a restart of the endpoint', async () => {
    await transport.push('before', HELLO);
    await peer.restart();
    // The first push may use the dead connection. The caller decides how often to retry.
    await transport.push('after', HELLO).catch(() => transport.push('after', HELLO));
    expect(peer.received.get('after')).toBeDefined();
  });

  it('keeps connections alive and uses as few as possible', async () => {
    for (let index = 0; index < 20; index += 1) await transport.push(`id-${index}`, HELLO);
    expect(peer.connections).toBe(1);
  });

  it('rejects pushes after it was closed', async () => {
    await transport.push('id', HELLO);
    await transport.close();
    await expect(transport.push('id', HELLO)).rejects.toThrow();
  });

  it("rejects with the credentials provider's error", async () => {
    const without = createConnectionsTransport({
      endpoint: peer.endpoint,
      region: REGION,
      credentials: () => Promise.reject(new Error('no credentials')),
    });
    await expect(without.open(HELLO)).rejects.toThrow('no credentials');
    expect(peer.requests).toBe(0);
  });

  it('pushes over TLS, and refuses an endpoint whose certificate does not verify', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'broadcast-tls-'));
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
      ].concat(['-days', '1', '-subj', '/CN=localhost', '-keyout', key, '-out', cert]),
      { stdio: 'ignore' },
    );
    let requests = 0;
    const server = createServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (_, response) => {
        requests += 1;
        response.end();
      },
    );
    tlsServer = server;
    const certificate = readFileSync(cert, 'utf8');
    rmSync(directory, { recursive: true });
    // The server listens by name: when a name has two addresses and the first one does not respond,
    // Node.js offers no session to the second.
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const { address, family, port } = server.address() as AddressInfo;
    const host = family === 'IPv6' ? `[${address}]` : address;
    const secure = createConnectionsTransport({
      endpoint: `https://localhost:${port}/dev`,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
    });
    expect(await errorOf(secure.push('id', HELLO))).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    await secure.close();
    expect(requests).toBe(0);

    // The certificate is trusted: later connections resume the session of the first.
    const trusted = getCACertificates('default');
    setDefaultCACertificates([...trusted, certificate]);
    const resumed: boolean[] = [];
    server.on('secureConnection', (socket: TLSSocket) => {
      resumed.push(socket.isSessionReused());
    });
    const welcome = createConnectionsTransport({
      endpoint: `https://localhost:${port}/dev`,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
    });
    for (const id of ['one', 'two']) await welcome.push(id, HELLO);
    expect([requests, resumed]).toEqual([2, [false]]);
    await Promise.all([welcome.push('three', HELLO), welcome.push('four', HELLO)]);
    expect([requests, resumed]).toEqual([4, [false, true]]);
    await welcome.close();

    // The certificate is trusted, but for another name: each push ends with an error, within its
    // time-out.
    const misnamed = createConnectionsTransport({
      endpoint: `https://${host}:${port}/dev`,
      region: REGION,
      credentials: () => Promise.resolve(CREDENTIALS),
      pushTimeoutMs: 2_000,
    });
    expect(await errorOf(misnamed.push('id', HELLO))).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    await errorOf(misnamed.push('id', HELLO));
    setDefaultCACertificates(trusted);
    await misnamed.close();
    expect(requests).toBe(4);
  });
});
