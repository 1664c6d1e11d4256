import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Agent, request } from 'undici';
import { freePort } from '../services/index.ts';
import {
  closeServers,
  exchange,
  functionWithUrl,
  httpApi,
  openSocket,
  route,
  startServer,
} from './testing/harness.ts';

afterEach(closeServers);

describe('several HTTP APIs', () => {
  const apis = [
    httpApi({ logicalId: 'First', apiId: 'first12345', routes: [route('GET /{proxy+}')] }),
    httpApi({ logicalId: 'Second', apiId: 'second1234', stageName: 'dev' }),
    httpApi({ logicalId: 'Third', apiId: 'third12345' }),
  ];

  it('share a port, and each has its own URL', async () => {
    const { urls, port, invoker } = await startServer(undefined, { apis });
    const origin = `http://127.0.0.1:${port ?? 0}`;
    expect(urls).toEqual({
      First: origin,
      Second: `${origin}/second1234/dev`,
      Third: `${origin}/third12345`,
    });
    for (const [logicalId, apiId, rawPath] of [
      ['First', 'first12345', '/a'],
      ['Second', 'second1234', '/dev/a'],
      ['Third', 'third12345', '/a'],
    ] as const) {
      await request(`${urls[logicalId] ?? ''}/a`);
      expect(invoker.lastEvent).toMatchObject({ rawPath, requestContext: { apiId } });
    }
    await request(urls.Third ?? '');
    expect(invoker.lastEvent.rawPath).toBe('/');
  });

  it.each([
    ['second1234.execute-api.ap-northeast-1.amazonaws.com', '/dev/x', 'second1234'],
    ['THIRD12345.execute-api.localhost:3001', '/second1234/x', 'third12345'],
    ['first12345.execute-api.ap-northeast-1.amazonaws.com', '/third12345/x', 'first12345'],
    ['unknown123.execute-api.ap-northeast-1.amazonaws.com', '/x', 'first12345'],
  ])('are distinguished by the Host %s', async (host, path, apiId) => {
    const { port, invoker } = await startServer(undefined, { apis });
    await exchange(
      `http://127.0.0.1:${port ?? 0}`,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
    );
    expect(invoker.lastEvent.requestContext).toMatchObject({
      apiId,
      domainName: host,
      domainPrefix: apiId,
    });
    expect(invoker.lastEvent.rawPath).toBe(path);
  });

  it('are not distinguished by path if there is only one', async () => {
    const { url, invoker } = await startServer();
    await request(`${url}/a1b2c3d4e5/x`);
    expect(invoker.lastEvent.rawPath).toBe('/a1b2c3d4e5/x');
  });
});

describe('listening', () => {
  it('gives each Function URL a configured or a free port', async () => {
    const port = await freePort();
    const other = { ...functionWithUrl(), logicalId: 'Other' };
    const plain = { ...functionWithUrl(), logicalId: 'Plain', functionUrls: [] };
    const server = await startServer(
      { Handler: () => 'handler', Other: () => 'other' },
      {
        functions: [functionWithUrl(), other, plain],
        functionUrlPorts: { Handler: port },
      },
    );
    expect(Object.keys(server.functionUrls)).toEqual(['Handler', 'Other']);
    expect(server.functionUrls.Handler).toBe(`http://127.0.0.1:${port}/`);
    const { body } = await request(server.functionUrls.Other ?? '');
    expect(await body.json()).toBe('other');
  });

  it('has no port for HTTP APIs if the stack has none', async () => {
    const server = await startServer(undefined, { apis: [], functions: [functionWithUrl()] });
    expect(server).toMatchObject({ port: undefined, urls: {} });
  });

  it('fails if a port is in use, and leaves no port open', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const apiPort = await freePort();
    const starting = startServer(
      undefined,
      { functions: [functionWithUrl()], functionUrlPorts: { Handler: port } },
      apiPort,
    );
    await expect(starting).rejects.toMatchObject({ code: 'EADDRINUSE', port });
    await expect(request(`http://127.0.0.1:${apiPort}`)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    taken.close();
    await once(taken, 'close');
  });
});

describe('closing', () => {
  it('waits for an unfinished response, and closes idle connections at once', async () => {
    let response: ((value: unknown) => void) | undefined;
    let invoked: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => (invoked = resolve));
    const server = await startServer(
      () =>
        new Promise((resolve) => {
          response = resolve;
          invoked?.();
        }),
    );
    const idle = (await openSocket(server.url)).resume();
    const dispatcher = new Agent();
    const responding = request(server.url, { dispatcher });
    await reached;
    const closed = server.close();
    await once(idle, 'close');
    await expect(request(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    response?.({ statusCode: 200, body: 'done' });
    const { statusCode, headers, body } = await responding;
    expect(statusCode).toBe(200);
    expect(headers.connection).toBe('close');
    expect(await body.text()).toBe('done');
    await closed;
    await dispatcher.close();
  });

  it('does not wait for longer than the grace time', async () => {
    let invoked: (() => void) | undefined;
    const reached = new Promise<void>((resolve) => (invoked = resolve));
    const server = await startServer(
      () =>
        new Promise(() => {
          invoked?.();
        }),
      { closeGraceMs: 50 },
    );
    const responding = request(server.url);
    await reached;
    await server.close();
    await expect(responding).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  it('may be called twice', async () => {
    const server = await startServer();
    await server.close();
    await server.close();
    await expect(request(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
