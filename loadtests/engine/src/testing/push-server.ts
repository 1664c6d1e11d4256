import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** What happens to a message on its way to a reader. */
export type Fault = 'drop' | 'repeat' | 'reorder' | 'delay' | 'garble' | 'alter' | undefined;

export interface PushServerOptions {
  /** Decides what happens to a message at a reader. Both are counted from 0. */
  readonly plan?: (message: number, reader: number) => Fault;
  /** How long a delayed message takes, in ms. */
  readonly delayMs?: number;
  /** The status with which it refuses handshakes. */
  readonly refuseWith?: number;
  /** The time after which it closes each connection, in ms. */
  readonly closeAfterMs?: number;
  /** The status with which it responds to publishing, without publishing anything. */
  readonly publishStatus?: number;
  /**
   * How far its clock is ahead, in ms. It stamps messages (`at`) and responses (`x-time`) with that
   * clock.
   */
  readonly clockAheadMs?: number;
  /**
   * Whether it keeps what was published, and replays it to readers that subscribe with `since`:
   * each message by itself, or all in one frame.
   */
  readonly replay?: boolean | 'in one frame';
}

export interface PushServer {
  readonly url: string;
  readonly httpUrl: string;
  /** What it did, by kind. */
  readonly done: Record<Exclude<Fault, undefined> | 'sent', number>;
  readonly handshakes: { url: string; protocol: string; headers: IncomingMessage['headers'] }[];
  readonly requests: { headers: IncomingMessage['headers']; body: string }[];
  /** Sends a text to all readers. Bytes need not be UTF-8. */
  pushRaw(text: string | Buffer): void;
  connections(): number;
  stop(): Promise<void>;
}

interface Published {
  readonly number: number;
  readonly channel: string;
  readonly id: string;
  readonly text: string;
}

interface Client {
  readonly socket: WebSocket;
  readonly number: number;
  readonly channels: Set<string>;
  /** The message goes out after the next one. */
  held: string | undefined;
}

/**
 * A server that pushes the bodies that `/publish` receives, with planned mistakes. A client
 * subscribes with `{"action":"subscribe","channels":[…],"since":…}`, and the response is
 * `{"type":"subscribed"}`. The response to `ping` is `pong`.
 */
export async function startPushServer(options: PushServerOptions = {}): Promise<PushServer> {
  const clients = new Set<Client>();
  const log: Published[] = [];
  const done = { sent: 0, drop: 0, repeat: 0, reorder: 0, delay: 0, garble: 0, alter: 0 };
  const handshakes: PushServer['handshakes'] = [];
  const requests: PushServer['requests'] = [];
  const timers = new Set<NodeJS.Timeout>();
  let readers = 0;
  const clock = (): number =>
    performance.timeOrigin + performance.now() + (options.clockAheadMs ?? 0);

  const later = (ms: number, action: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      action();
    }, ms);
    timers.add(timer);
  };
  const push = (client: Client, message: Published): void => {
    const fault = options.plan?.(message.number, client.number);
    if (fault !== undefined) done[fault] += 1;
    const out = (text: string): void => {
      done.sent += 1;
      client.socket.send(text);
    };
    if (fault === 'drop') return;
    if (fault === 'delay') {
      later(options.delayMs ?? 0, () => {
        out(message.text);
      });
      return;
    }
    if (fault === 'reorder') {
      client.held = message.text;
      return;
    }
    if (fault === 'garble') out(message.text.slice(0, -5));
    else if (fault === 'alter') out(message.text.replace('"text":"', '"text":"*'));
    else out(message.text);
    if (fault === 'repeat') out(message.text);
    if (client.held !== undefined) {
      out(client.held);
      client.held = undefined;
    }
  };

  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      requests.push({ headers: request.headers, body });
      response.setHeader('x-time', String(clock()));
      if (options.publishStatus !== undefined || request.method !== 'POST') {
        response.writeHead(options.publishStatus ?? 200).end();
        return;
      }
      const {
        channel,
        id = `server-${log.length}`,
        text,
      } = JSON.parse(body) as Record<string, string>;
      const number = log.length;
      const message = {
        ...{ number, channel: channel ?? '', id },
        text: JSON.stringify({ type: 'event', channel, id, seq: number, text, at: clock() }),
      };
      log.push(message);
      for (const client of clients) if (client.channels.has(message.channel)) push(client, message);
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ eventId: id }));
    });
  });
  const server = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
    handleProtocols: (protocols) => [...protocols][0] ?? false,
    ...(options.refuseWith !== undefined && {
      verifyClient: (
        _info: unknown,
        decide: (accepted: boolean, status?: number) => void,
      ): void => {
        decide(false, options.refuseWith);
      },
    }),
  });
  server.on('connection', (socket, request) => {
    const client: Client = { socket, number: readers, channels: new Set(), held: undefined };
    readers += 1;
    clients.add(client);
    handshakes.push({
      ...{ url: request.url ?? '', protocol: socket.protocol, headers: request.headers },
    });
    socket.on('error', () => undefined);
    socket.on('close', () => clients.delete(client));
    socket.on('message', (data) => {
      const {
        action,
        channels = [],
        since,
      } = JSON.parse((data as Buffer).toString()) as {
        action: string;
        channels?: string[];
        since?: string;
      };
      if (action === 'ping') socket.send('{"type":"pong"}');
      if (action === 'unsubscribe') {
        for (const channel of channels) client.channels.delete(channel);
        socket.send('{"type":"unsubscribed"}');
      }
      if (action !== 'subscribe') return;
      for (const channel of channels) client.channels.add(channel);
      if (since !== undefined && options.replay !== undefined && options.replay !== false) {
        const seen = log.findIndex(({ id }) => id === since);
        const texts = log
          .slice(seen + 1)
          .flatMap(({ channel, text }) => (channels.includes(channel) ? text : []));
        if (options.replay === 'in one frame') {
          socket.send(`{"type":"replay","events":[${texts.join(',')}]}`);
        } else for (const text of texts) socket.send(text);
      }
      socket.send('{"type":"subscribed"}');
    });
    if (options.closeAfterMs !== undefined) {
      later(options.closeAfterMs, () => {
        socket.close(1001);
      });
    }
  });
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
  const { port } = http.address() as AddressInfo;

  return {
    url: `ws://127.0.0.1:${port}`,
    httpUrl: `http://127.0.0.1:${port}`,
    ...{ done, handshakes, requests },
    pushRaw: (text) => {
      for (const { socket } of clients) socket.send(text, { binary: false });
    },
    connections: () => clients.size,
    stop: async () => {
      for (const timer of timers) clearTimeout(timer);
      for (const { socket } of clients) socket.terminate();
      server.close();
      http.closeAllConnections();
      await new Promise((closed) => http.close(closed));
    },
  };
}
