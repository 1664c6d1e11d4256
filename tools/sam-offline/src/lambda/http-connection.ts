import type { Socket } from 'node:net';
import {
  MalformedRequestError,
  RequestParser,
  type HttpRequest,
  type StreamOf,
} from './request-parser.ts';

/** Responds to one request. Responses leave in the order of the requests. */
export interface HttpResponder {
  /** `head` is the status line and headers without the empty line, `body` text or bytes. */
  send(head: string, body: string | Buffer): void;
}

export interface HttpConnectionOptions {
  /** Bytes of a body that are kept. */
  readonly maximumBodyBytes: number;
  /** Takes bodies as they come, where it returns something for a request. */
  readonly streamOf?: StreamOf;
  readonly onRequest: (request: HttpRequest, responder: HttpResponder) => void;
  readonly onClose: () => void;
}

const HEAD_END = '\r\n\r\n';

/**
 * Serves HTTP/1.1 on a socket, for the Runtime API only: requests with a `Content-Length` or chunked
 * body, pipelining, `Expect: 100-continue`, `Connection: close`.
 *
 * Why not `node:http`: an invocation is two requests, and that server's work for them is most of
 * what an invocation costs sam-offline (figures in README.md beside this file).
 */
export function serveHttp(socket: Socket, options: HttpConnectionOptions): void {
  const parser = new RequestParser(options.maximumBodyBytes, options.streamOf);
  /** What is to be written once this read, or the requests that came with it, are done with. */
  let held: string | Buffer | undefined;
  let reading = false;
  let pending = 0;

  const write = (data: string | Buffer): void => {
    if (held === undefined) held = data;
    else if (typeof held === 'string' && typeof data === 'string') held += data;
    else {
      if (!socket.destroyed) socket.write(held);
      held = data;
    }
  };
  // A client that sent its next request along does not wait for the response to the one before: that
  // leaves with the next response, in one system call. The Node.js runtime does so.
  const flush = (): void => {
    if (held === undefined || reading || pending > 0) return;
    if (!socket.destroyed) socket.write(held);
    held = undefined;
  };
  const responderFor = (request: HttpRequest): HttpResponder => ({
    send(head, body) {
      const text = `${head}\r\nContent-Length: ${Buffer.byteLength(body)}${HEAD_END}`;
      if (typeof body === 'string') write(text + body);
      else {
        write(text);
        write(body);
      }
      pending -= 1;
      flush();
      if (request.headers.get('connection')?.toLowerCase() === 'close') {
        if (held !== undefined) socket.write(held);
        held = undefined;
        socket.end();
      }
    },
  });

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    reading = true;
    try {
      parser.push(chunk);
      for (let event = parser.next(); event !== undefined; event = parser.next()) {
        if (event === 'expect-continue') write(`HTTP/1.1 100 Continue${HEAD_END}`);
        else {
          pending += 1;
          options.onRequest(event, responderFor(event));
        }
      }
    } catch (error) {
      if (!(error instanceof MalformedRequestError)) throw error;
      pending = 0;
      write(`HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0${HEAD_END}`);
      reading = false;
      flush();
      socket.destroySoon();
    } finally {
      reading = false;
      flush();
    }
  });
  // The client has gone; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', options.onClose);
}
