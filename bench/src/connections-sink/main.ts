/**
 * The sink process: an `@connections` endpoint that responds as fast as it can, or after `latencyMs`,
 * so that a bench measures the pushing side. It reads requests from the socket itself, because
 * `node:http` would cost more than the pushes do. It does not verify signatures.
 */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { SinkCommand, SinkResponse } from './protocol.ts';
import { Tally } from './tally.ts';

const END_OF_HEAD = '\r\n\r\n';

const responses = {
  200: responseWith('200 OK', ''),
  410: responseWith('410 Gone', 'x-amzn-ErrorType: GoneException\r\n'),
  429: responseWith('429 Too Many Requests', 'x-amzn-ErrorType: LimitExceededException\r\n'),
};

let tally = new Tally({ recipients: 0 });
let latencyMs = 0;

const server = createServer({ noDelay: true }, serve);
server.listen(0, '127.0.0.1', () => {
  reply({ port: (server.address() as AddressInfo).port });
});

process.on('message', (command: SinkCommand) => {
  if ('reset' in command) {
    tally = new Tally(command.reset);
    latencyMs = command.reset.latencyMs ?? 0;
  }
  reply({ stats: tally.stats() });
});
// The bench has ended, for whatever reason.
process.once('disconnect', () => process.exit());

function serve(socket: Socket): void {
  let pending: Buffer | undefined;
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    let rest: Buffer = pending === undefined ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const headLength = rest.indexOf(END_OF_HEAD);
      if (headLength === -1) break;
      const head = rest.toString('latin1', 0, headLength);
      const length = headLength + END_OF_HEAD.length + contentLengthOf(head);
      if (rest.length < length) break;
      const text = responses[tally.respond(recipientOf(head))];
      // A pusher has one push at a time under way on a connection, so responses stay in order.
      if (latencyMs === 0) socket.write(text);
      else setTimeout(() => socket.write(text), latencyMs);
      rest = rest.subarray(length);
    }
    pending = rest.length === 0 ? undefined : rest;
  });
}

function contentLengthOf(head: string): number {
  return Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
}

/** The recipient's number, from the connection id in the path. */
function recipientOf(head: string): number {
  const start = head.indexOf('connections/') + 'connections/'.length;
  return Number.parseInt(head.slice(start, start + 5), 36);
}

/** The bytes of a response as API Gateway sends it; the bodies of these responses are empty. */
function responseWith(status: string, headers: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status}\r\n` +
      'Date: Mon, 23 Nov 2026 08:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 0\r\n' +
      'Connection: keep-alive\r\nx-amzn-RequestId: c6af9ac6-7b61-11e6-9a41-93e8deadbeef\r\n' +
      `x-amz-apigw-id: L0SM9cOFvHcCIhw=\r\n${headers}\r\n`,
  );
}

function reply(message: SinkResponse): void {
  process.send?.(message);
}
