import { Hash } from '@smithy/core/serde';
import { permissionsOf } from '../iam/testing/permissions-of.ts';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import { operatorCredentials } from '../signature/index.ts';
import { operator, REGION, startGateway, webSocketApi } from './testing/gateway-builder.ts';
import type { TestGateway } from './testing/gateway-builder.ts';

/** The SHA-256 constructor that the AWS SDK's signer needs. */
const Sha256 = Hash.bind(undefined, 'sha256');

const KB = 1024;
const GONE = 'L0SM9cOFvHcCIhw=';

/** The AWS SDK's own client, against the gateway. */
class Sdk implements Disposable {
  readonly client: ApiGatewayManagementApiClient;

  constructor(endpoint: string, credentials = operator) {
    this.client = new ApiGatewayManagementApiClient({
      endpoint,
      region: REGION,
      credentials,
      maxAttempts: 1,
    });
  }

  post(ConnectionId: string, Data: string | Uint8Array) {
    return this.client.send(new PostToConnectionCommand({ ConnectionId, Data }));
  }

  get(ConnectionId: string) {
    return this.client.send(new GetConnectionCommand({ ConnectionId }));
  }

  delete(ConnectionId: string) {
    return this.client.send(new DeleteConnectionCommand({ ConnectionId }));
  }

  [Symbol.dispose]() {
    this.client.destroy();
  }
}

async function errorOf(promise: Promise<unknown>): Promise<[string, number | undefined, string]> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown as Error & { $metadata: { httpStatusCode?: number } },
  );
  return [
    error.name,
    '$metadata' in error ? error.$metadata.httpStatusCode : undefined,
    error.message,
  ];
}

async function plainRequest(gateway: TestGateway, path: string, init: RequestInit = {}) {
  const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`, init);
  return {
    status: response.status,
    type: response.headers.get('x-amzn-errortype'),
    body: await response.text(),
  };
}

describe('POST @connections', () => {
  it('reaches the client as text, unchanged', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    const { $metadata } = await sdk.post(client.connectionId, 'hällo');
    expect($metadata).toMatchObject({ httpStatusCode: 200, requestId: expect.any(String) });
    await sdk.post(client.connectionId, Buffer.from('{"a":1}'));
    await sdk.post(client.connectionId, '');
    expect([await client.next(), await client.next(), await client.next()]).toEqual([
      'hällo',
      '{"a":1}',
      '',
    ]);
    expect(gateway.counts()).toMatchObject({ pushes: { 200: 3 }, messagesOut: 3 });
  });

  it.each([125, 126, 65_535, 65_536, 128 * KB])('carries %s bytes', async (bytes) => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    const data = 'x'.repeat(bytes);
    await sdk.post(client.connectionId, data);
    expect((await client.next()) === data).toBe(true);
  });

  it('replaces bytes that are not UTF-8, which would break the client', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    await sdk.post(client.connectionId, Buffer.from([0x61, 0xc3, 0x28]));
    expect(await client.next()).toBe('a\ufffd(');
  });

  it('gives different clients different payloads, and many clients the same', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const clients = await Promise.all(Array.from({ length: 5 }, () => gateway.connect()));
    await Promise.all(clients.map(({ connectionId }) => sdk.post(connectionId, 'all')));
    await Promise.all(
      clients.map(({ connectionId }) => sdk.post(connectionId, `to ${connectionId}`)),
    );
    for (const client of clients) {
      expect([await client.next(), await client.next()]).toEqual([
        'all',
        `to ${client.connectionId}`,
      ]);
    }
  });

  it('is GoneException for a connection that ended, and for one that never existed', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    client.socket.close();
    await gateway.invoker.nth('disconnect');
    expect(await errorOf(sdk.post(client.connectionId, 'x'))).toEqual([
      'GoneException',
      410,
      'UnknownError',
    ]);
    expect((await errorOf(sdk.post(GONE, 'x')))[0]).toBe('GoneException');
    expect((await errorOf(sdk.get(GONE)))[0]).toBe('GoneException');
    expect((await errorOf(sdk.delete(GONE)))[0]).toBe('GoneException');
    expect(gateway.counts().pushes).toEqual({ 410: 2 });
  });

  it.each(['never-existed', 'x'.repeat(300), '../../etc/passwd', '%', 'é', '=', 'L0SM9cOFvHcCIhw'])(
    'is BadRequestException for %s, which does not have the form of an id',
    async (id) => {
      await using gateway = await startGateway();
      using sdk = new Sdk(gateway.endpoint);
      expect(await errorOf(sdk.post(id, 'x'))).toEqual([
        'BadRequestException',
        400,
        `Invalid connectionId: ${id}`,
      ]);
    },
  );

  it('is PayloadTooLargeException over 128 KB', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    const tooLarge = 'x'.repeat(128 * KB + 1);
    expect((await errorOf(sdk.post(client.connectionId, tooLarge))).slice(0, 2)).toEqual([
      'PayloadTooLargeException',
      413,
    ]);
    await sdk.post(client.connectionId, 'still open');
    expect(await client.next()).toBe('still open');
  });

  it('is 413 for a body that is far too long to be read', async () => {
    await using gateway = await startGateway();
    const response = await plainRequest(gateway, `/dev/@connections/${GONE}`, {
      method: 'POST',
      body: Buffer.alloc(11 * 1024 * KB),
    });
    expect([response.status, response.type]).toEqual([413, 'RequestEntityTooLargeException']);
  });

  it('is LimitExceededException over the throttle, when it is on', async () => {
    await using gateway = await startGateway(
      {},
      { limits: { requests: { rateLimit: 0.001, burstLimit: 1 } } },
    );
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    await sdk.post(client.connectionId, 'x');
    expect((await errorOf(sdk.post(client.connectionId, 'x'))).slice(0, 2)).toEqual([
      'LimitExceededException',
      429,
    ]);
  });

  it('is LimitExceededException for a client that does not read, whose memory is bounded', async () => {
    await using gateway = await startGateway({}, { limits: { bufferedBytes: 256 * KB } });
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    client.socket.pause();
    const data = 'x'.repeat(128 * KB - 10);
    let failure: [string, number | undefined, string] | undefined;
    while (failure === undefined) {
      failure = await errorOf(sdk.post(client.connectionId, data)).then((outcome) =>
        outcome[1] === undefined ? undefined : outcome,
      );
    }
    expect(failure.slice(0, 2)).toEqual(['LimitExceededException', 429]);
    const [connection] = gateway.server.connections;
    expect(connection?.transport?.socket.writableLength).toBeLessThanOrEqual(256 * KB);
    client.socket.resume();
    expect(await client.next()).toBe(data);
  });
});

describe('GET @connections', () => {
  it('returns when and from where the client connected, and when it was last active', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect('/dev', { headers: { 'User-Agent': 'test/1' } });
    const before = await sdk.get(client.connectionId);
    const { requestContext } = await gateway.invoker.nth('connect');
    expect(before).toMatchObject({
      ConnectedAt: new Date(Number(requestContext.connectedAt)),
      Identity: { SourceIp: '127.0.0.1', UserAgent: 'test/1' },
      LastActiveAt: expect.any(Date),
    });
    while (Date.now() <= Number(before.LastActiveAt)) await new Promise(setImmediate);
    client.send('x');
    await gateway.invoker.nth('default');
    const after = await sdk.get(client.connectionId);
    expect(Number(after.LastActiveAt)).toBeGreaterThan(Number(before.LastActiveAt));
  });
});

describe('DELETE @connections', () => {
  it('closes the connection with 1000 and invokes $disconnect, and the connection is gone at once', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    const { $metadata } = await sdk.delete(client.connectionId);
    expect($metadata.httpStatusCode).toBe(204);
    expect((await errorOf(sdk.post(client.connectionId, 'x')))[0]).toBe('GoneException');
    expect((await client.closed).code).toBe(1000);
    const { requestContext } = await gateway.invoker.nth('disconnect');
    expect(requestContext).toMatchObject({
      disconnectStatusCode: 1000,
      disconnectReason: 'Connection Closed Normally',
    });
  });
});

describe('who may use @connections', () => {
  it('is nobody without a signature', async () => {
    await using gateway = await startGateway();
    expect(
      await plainRequest(gateway, `/dev/@connections/${GONE}`, { method: 'POST', body: 'x' }),
    ).toEqual({
      status: 403,
      type: 'MissingAuthenticationTokenException',
      body: '{"message":"Missing Authentication Token"}',
    });
  });

  it('is nobody with an unknown key or a wrong secret', async () => {
    await using gateway = await startGateway();
    using stranger = new Sdk(gateway.endpoint, operatorCredentials('1', 'stranger'));
    expect(await errorOf(stranger.post(GONE, 'x'))).toEqual([
      'UnrecognizedClientException',
      403,
      'The security token included in the request is invalid.',
    ]);
    using guesser = new Sdk(gateway.endpoint, operatorCredentials('1', 'local', 'guess'));
    const [name, status, message] = await errorOf(guesser.post(GONE, 'x'));
    expect([name, status]).toEqual(['InvalidSignatureException', 403]);
    expect(message).toMatch(/^The request signature we calculated does not match/);
  });

  it('is nobody whom the permissions do not name, for the method and the API that they name', async () => {
    const allowed = `arn:aws:execute-api:${REGION}:123456789012:a1b2c3d4e5/dev/POST/@connections/`;
    await using gateway = await startGateway(
      {},
      {
        permissions: permissionsOf(operator.name, [
          { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: `${allowed}*` },
        ]),
      },
    );
    using sdk = new Sdk(gateway.endpoint);
    const client = await gateway.connect();
    await sdk.post(client.connectionId, 'x');
    expect(await errorOf(sdk.delete(client.connectionId))).toEqual([
      'AccessDeniedException',
      403,
      `User: ${operator.arn} is not authorized to perform: execute-api:ManageConnections on resource: ${allowed.replace('POST', 'DELETE')}{connectionId} because no identity-based policy allows the execute-api:ManageConnections action`,
    ]);
  });

  it('is ForbiddenException if there is no such stage', async () => {
    await using gateway = await startGateway();
    using sdk = new Sdk(`http://127.0.0.1:${gateway.port}/prod`);
    expect((await errorOf(sdk.post(GONE, 'x'))).slice(0, 2)).toEqual(['ForbiddenException', 403]);
    using bare = new Sdk(`http://127.0.0.1:${gateway.port}`);
    expect((await errorOf(bare.post(GONE, 'x'))).slice(0, 2)).toEqual(['ForbiddenException', 403]);
  });

  it('does not reach the connections of another API', async () => {
    const apis = [webSocketApi(), webSocketApi({ logicalId: 'GameApi', apiId: 'f6g7h8i9j0' })];
    await using gateway = await startGateway({}, { apis });
    const client = await gateway.connect('/f6g7h8i9j0/dev');
    using chat = new Sdk(gateway.endpoint);
    using game = new Sdk(`http://127.0.0.1:${gateway.port}/f6g7h8i9j0/dev`);
    expect((await errorOf(chat.post(client.connectionId, 'x')))[0]).toBe('GoneException');
    await game.post(client.connectionId, 'x');
    expect(await client.next()).toBe('x');
  });
});

describe('handleConnectionsRequest', () => {
  /** A request as it comes in through the AWS endpoint. */
  async function signed(path: string, host: string) {
    const signer = new SignatureV4({
      credentials: operator,
      region: REGION,
      service: 'execute-api',
      sha256: Sha256,
    });
    const body = Buffer.from('x');
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: 'http:',
      hostname: host,
      path,
      query: {},
      headers: { host },
      body,
    });
    const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    return { method: 'POST', path, query: '', headers: Object.fromEntries(lowerCase), body };
  }

  it.each([
    ['/dev', '127.0.0.1:4566', 'a1b2c3d4e5'],
    ['/f6g7h8i9j0/dev', '127.0.0.1:4566', 'f6g7h8i9j0'],
    ['/dev', `f6g7h8i9j0.execute-api.${REGION}.amazonaws.com`, 'f6g7h8i9j0'],
  ])('finds the API of %s on %s', async (prefix, host, apiId) => {
    const apis = [webSocketApi(), webSocketApi({ logicalId: 'GameApi', apiId: 'f6g7h8i9j0' })];
    await using gateway = await startGateway({}, { apis });
    const client = await gateway.connect(`/${apiId}/dev`);
    const path = `${prefix}/%40connections/${encodeURIComponent(client.connectionId)}`;
    expect(gateway.server.handleConnectionsRequest(await signed(path, host)).statusCode).toBe(200);
    expect(await client.next()).toBe('x');
  });
});

describe('anything else on the port', () => {
  it.each(['/', '/dev', '/dev/other', '/favicon.ico'])('is Forbidden: GET %s', async (path) => {
    await using gateway = await startGateway();
    expect(await plainRequest(gateway, path)).toMatchObject({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
  });
});
