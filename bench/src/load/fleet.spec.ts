import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { Fleet } from './fleet.ts';

const servers: WebSocketServer[] = [];
const fleets: Fleet[] = [];

afterEach(() => {
  for (const fleet of fleets.splice(0)) fleet.drop();
  for (const server of servers.splice(0)) server.close();
});

async function serve(
  onConnection: (socket: WebSocket) => void,
  verifyClient: () => boolean = () => true,
): Promise<string> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient });
  servers.push(server);
  server.on('connection', onConnection);
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function createFleet(): Fleet {
  const fleet = new Fleet();
  fleets.push(fleet);
  return fleet;
}

const echo = (socket: WebSocket): void => {
  socket.on('message', (data: Buffer) => {
    socket.send(data.toString());
  });
};

describe('open', () => {
  it('limits the handshakes in flight, and counts opened and refused connections', async () => {
    let handshakes = 0;
    const url = await serve(echo, () => (handshakes += 1) % 2 === 1);

    const result = await createFleet().open({ url, count: 10, inFlight: 3 });

    expect(result).toMatchObject({ opened: 5, failed: 5 });
  });

  it('ends early when told to stop', async () => {
    const fleet = createFleet();
    const url = await serve(() => {
      fleet.stopOpening();
    });

    const { opened } = await fleet.open({ url, count: 100, inFlight: 1 });

    expect(opened).toBeLessThan(100);
  });
});

describe('pingAll', () => {
  it('counts the connections that respond and those that do not', async () => {
    let connections = 0;
    const url = await serve((socket) => {
      connections += 1;
      if (connections <= 3) echo(socket);
    });
    const fleet = createFleet();
    await fleet.open({ url, count: 5, inFlight: 1 });

    const result = await fleet.pingAll({ inFlight: 5, timeoutMs: 200 });

    expect(result).toMatchObject({ responded: 3, silent: 2 });
  });
});

describe('echo', () => {
  it('sends the next message only when the response to the last one has come', async () => {
    let outstanding = 0;
    let most = 0;
    const url = await serve((socket) => {
      socket.on('message', (data: Buffer) => {
        outstanding += 1;
        most = Math.max(most, outstanding);
        setImmediate(() => {
          outstanding -= 1;
          socket.send(data.toString());
        });
      });
    });
    const fleet = createFleet();
    await fleet.open({ url, count: 4, inFlight: 4 });

    const result = await fleet.echo({ connections: 2, warmUpMs: 10, measureMs: 50 });

    expect(most).toBeLessThanOrEqual(2);
    expect(result.echoesPerSecond).toBeGreaterThan(0);
    expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
  });

  it('counts responses that are not the echo, and continues', async () => {
    let messages = 0;
    const url = await serve((socket) => {
      socket.on('message', (data: Buffer) => {
        messages += 1;
        socket.send(messages % 2 === 0 ? 'Internal server error' : data.toString());
      });
    });
    const fleet = createFleet();
    await fleet.open({ url, count: 1, inFlight: 1 });

    const result = await fleet.echo({ connections: 1, warmUpMs: 1, measureMs: 20 });

    expect(result.failed).toBeGreaterThan(0);
    expect(Math.abs(result.echoed - result.failed)).toBeLessThanOrEqual(1);
  });

  it('refuses to run with fewer connections than requested', async () => {
    const fleet = createFleet();
    await expect(fleet.echo({ connections: 1, warmUpMs: 0, measureMs: 1 })).rejects.toThrow(
      '1 connections are needed and 0 are open',
    );
  });
});
