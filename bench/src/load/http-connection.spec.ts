import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHttpConnection, parseResponse } from './http-connection.ts';

describe('parseResponse', () => {
  it('waits for the whole head and the whole body', () => {
    expect(parseResponse('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n')).toBeUndefined();
    expect(parseResponse('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nO')).toBeUndefined();
  });

  it('finds the end of the response', () => {
    const response = 'HTTP/1.1 410 Gone\r\ncontent-length: 2\r\n\r\nOK';
    expect(parseResponse(`${response}HTTP/1.1`)).toEqual({ status: 410, length: response.length });
  });

  it('knows that a 204 has no body', () => {
    const response = 'HTTP/1.1 204 No Content\r\n\r\n';
    expect(parseResponse(response)).toEqual({ status: 204, length: response.length });
  });

  it('finds the end of a chunked body', () => {
    const response =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' + 'a\r\n0\r\n\r\n01234\r\n0\r\n\r\n';
    expect(parseResponse(response.slice(0, -1))).toBeUndefined();
    expect(parseResponse(`${response}HTTP/1.1`)).toEqual({ status: 200, length: response.length });
  });

  it('refuses a body that ends with the connection', () => {
    expect(() => parseResponse('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n')).toThrow(
      'unknown length',
    );
  });
});

describe('openHttpConnection', () => {
  it('posts one request after another over one connection', async () => {
    const bodies: string[] = [];
    let connections = 0;
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      request.on('end', () => {
        const body = `${request.url ?? ''} ${String(request.headers['x-test'])} ä`;
        response.writeHead(201, { 'content-length': Buffer.byteLength(body) }).end(body);
      });
    });
    server.on('connection', () => (connections += 1));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = await openHttpConnection(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );

    expect(await connection.post('/a', 'x-test: 1\r\n', 'ä1')).toBe(201);
    expect(await connection.post('/b', 'x-test: 2\r\n', 'ä2')).toBe(201);

    connection.close();
    server.close();
    expect(bodies).toEqual(['ä1', 'ä2']);
    expect(connections).toBe(1);
  });

  it('rejects the request under way when the server closes the connection', async () => {
    const server = createServer((request) => request.socket.destroy());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const connection = await openHttpConnection(
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    );

    await expect(connection.post('/', '', '')).rejects.toThrow(/closed the connection|ECONNRESET/);
    server.close();
  });
});
