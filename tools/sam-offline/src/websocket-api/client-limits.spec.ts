import { startGateway } from './testing/gateway-builder.ts';

const KB = 1024;

describe('what a client may send', () => {
  it('is a message of 128 KB in frames of 32 KB', async () => {
    await using gateway = await startGateway({
      default: ({ body }) => ({ statusCode: 200, body: String(body.length) }),
    });
    const client = await gateway.connect();
    for (let part = 0; part < 4; part++) {
      client.socket.send('x'.repeat(32 * KB), { fin: part === 3 });
    }
    expect(await client.next()).toBe(String(128 * KB));
  });

  it.each([
    ['a frame of 32 KB and one byte', [32 * KB + 1]],
    ['a frame of 40 KB', [40 * KB]],
    ['a frame of 129 KB', [129 * KB]],
    ['a message of 129 KB in small frames', [32 * KB, 32 * KB, 32 * KB, 32 * KB, KB]],
    ['a large frame after small ones', [1, 1, 33 * KB]],
  ])('is not %s: the connection is closed with 1009', async (_, parts) => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    parts.forEach((bytes, index) => {
      client.socket.send('x'.repeat(bytes), { fin: index === parts.length - 1 });
    });
    expect((await client.closed).code).toBe(1009);
    const { requestContext } = await gateway.invoker.nth('disconnect');
    expect(requestContext.disconnectStatusCode).toBe(1009);
    expect(gateway.invoker.of('default')).toEqual([]);
  });

  it('is not a large frame behind a small message in the same packet', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    client.raw.cork();
    client.send('small');
    client.send('x'.repeat(33 * KB));
    client.raw.uncork();
    expect((await client.closed).code).toBe(1009);
  });

  it('is not announced in eight bytes of length without an end', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    client.raw.write(Buffer.from([0x81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]));
    expect((await client.closed).code).toBe(1009);
  });

  it('is not binary: the connection is closed with 1003', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.closed).code).toBe(1003);
    const { requestContext } = await gateway.invoker.nth('disconnect');
    expect(requestContext.disconnectStatusCode).toBe(1003);
    expect(gateway.invoker.of('default')).toEqual([]);
  });

  it.each([
    ['text that is not UTF-8', 1007, [0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]],
    ['a frame without a mask', 1002, [0x81, 0x01, 0x41]],
    ['an unknown opcode', 1002, [0x83, 0x80, 0, 0, 0, 0]],
  ])('is not %s: the connection is closed with %s', async (_, code, bytes) => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    client.raw.write(Buffer.from(bytes));
    expect((await client.closed).code).toBe(code);
    const { requestContext } = await gateway.invoker.nth('disconnect');
    expect(requestContext.disconnectStatusCode).toBe(code);
  });

  it('may be pings, which get pongs', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    const pong = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket.ping('are you there?');
    expect(String(await pong)).toBe('are you there?');
  });

  it('may be a burst of pings', async () => {
    await using gateway = await startGateway();
    const client = await gateway.connect();
    let pongs = 0;
    const all = new Promise<void>((resolve) => {
      client.socket.on('pong', () => {
        if (++pongs === 500) resolve();
      });
    });
    for (let count = 0; count < 500; count++) client.socket.ping();
    await all;
    expect(gateway.counts().open).toBe(1);
  });
});

describe('a client that never reads', () => {
  it('is cut off when more responses wait for it than the buffer takes', async () => {
    await using gateway = await startGateway(
      { default: () => ({ statusCode: 200, body: 'x'.repeat(100 * KB) }) },
      { limits: { bufferedBytes: 300 * KB } },
    );
    const client = await gateway.connect();
    client.socket.pause();
    const flood = setInterval(() => {
      client.send('more');
    }, 1);
    const { requestContext } = await gateway.invoker.nth('disconnect');
    clearInterval(flood);
    expect(requestContext.disconnectStatusCode).toBe(1006);
  });
});
