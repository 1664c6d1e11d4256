import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { CONNECTION_TIMEOUTS, type ConnectionTimeouts } from './connection-timeouts.ts';
import { PORTS } from './testing/ports.ts';

const SHORT: ConnectionTimeouts = {
  headerMs: 100,
  requestMs: 200,
  keepAliveMs: 600_000,
  checkEveryMs: 20,
};

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  socket.on('error', () => undefined);
  return socket;
}

/** Reads what the other side sends until it closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  await once(socket, 'close');
  return text;
}

const POST = 'POST /dev/@connections/L0SM9cOFvHcCIhw= HTTP/1.1\r\nHost: x\r\n';
const SILENCES: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['a part of a request line', 'POST /dev/@conn'],
  ['a part of a header', POST],
  ['a header and no body', `${POST}Content-Length: 10\r\n\r\n`],
  ['a part of a body', `${POST}Content-Length: 10\r\n\r\n12345`],
  ['a part of a chunked body', `${POST}Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n`],
  ['a part of a large body', `${POST}Content-Length: 900000\r\n\r\n12345`],
  ['half of another request', 'GET /dev HTTP/1.1\r\nHost: x\r\n'],
  ['half of a handshake', 'GET /dev HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'],
];
describe.each(['http-port', 'websocket-port', 'aws-port'] as const)('on --%s', (name) => {
  const start = (timeouts = SHORT) => PORTS[name](timeouts);

  it.each(SILENCES)('closes the connection of a client that sends only %s', async (_, sent) => {
    await using server = await start();
    const socket = await open(server.port);
    socket.write(sent);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it.each([
    ['header', POST, 'X'],
    ['body', `${POST}Content-Length: 1000\r\n\r\n`, 'y'],
  ])(
    'closes the connection of a client that sends its %s one byte at a time',
    async (_, sent, byte) => {
      await using server = await start();
      const socket = await open(server.port);
      socket.write(sent);
      const chatter = setInterval(() => socket.write(byte), 10);
      await untilClosed(socket);
      clearInterval(chatter);
    },
  );

  it('lets a client wait for longer after a response', async () => {
    await using server = await start();
    const [idle, silent] = [await open(server.port), await open(server.port)];
    const request = `${POST}Content-Length: 2\r\n\r\nhi`;
    idle.write(request);
    expect(String(await once(idle, 'data'))).toMatch(/^HTTP/);
    await untilClosed(silent);
    idle.write(request);
    expect(String(await once(idle, 'data'))).toMatch(/^HTTP/);
    idle.destroy();
  });

  it('closes an idle connection after the keep-alive time', async () => {
    await using server = await start({ ...SHORT, keepAliveMs: 50 });
    const socket = await open(server.port);
    socket.write(`${POST}Content-Length: 2\r\n\r\nhi`);
    expect(await untilClosed(socket)).toMatch(/^HTTP/);
  });
});

it('leaves idle connections open for longer than clients reuse them', () => {
  expect(CONNECTION_TIMEOUTS.keepAliveMs).toBeGreaterThan(60_000);
});
