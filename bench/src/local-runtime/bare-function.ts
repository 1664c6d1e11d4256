/** The function of `bare-server.ts` in a process of its own: an event a line, a response a line. */
import { Socket } from 'node:net';

/** The file that all products run. */
const file = './handlers/default.mjs';
const { handler } = (await import(file)) as {
  readonly handler: (event: unknown) => Promise<unknown>;
};
const channel = new Socket({ fd: 3, readable: true, writable: true });
let received = '';
channel.on('data', (chunk: Buffer) => {
  received += chunk.toString();
  if (!received.endsWith('\n')) return;
  const event: unknown = JSON.parse(received);
  received = '';
  void handler(event).then((response) => {
    channel.write(`${JSON.stringify(response)}\n`);
  });
});
// The server has ended.
channel.on('close', () => process.exit());
