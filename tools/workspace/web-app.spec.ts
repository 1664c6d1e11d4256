import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { startWebApp } from './web-app.ts';

test('says what to do when another program has the port of the web app', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    await expect(startWebApp(port)).rejects.toThrow(
      `the port of the web app, ${port}, is taken by another program; stop that one, choose another port ` +
        'with --web-port <port>, or start without the web app: --no-web',
    );
  } finally {
    other.close();
  }
});
