import type { Socket } from 'node:net';
import {
  MalformedRequestError,
  RequestParser,
  type HttpRequest,
  type StreamOf,
} from './request-parser.ts';

/** Responds to one request. Responses are sent in the order of the requests. */
export interface HttpResponder {
  /**
   * Sends a response.
   * @param head the status line and the headers, without the empty line
   */
  send(head: string, body: string | Buffer): void;
}

export interface HttpConnectionOptions {
  /** The maximum size of a body that is kept, in bytes. The rest is dropped. */
  readonly maximumBodyBytes: number;
  /**
   * Gives a function that gets the bytes of a request's body as they arrive; undefined to keep the
   * body.
   */
  readonly streamOf?: StreamOf;
  readonly onRequest: (request: HttpRequest, responder: HttpResponder) => void;
  readonly onClose: () => void;
}

const HEAD_END = '\r\n\r\n';

/**
 * Serves HTTP/1.1 on a socket, for the Runtime API only: requests with a `Content-Length` or
 * chunked body, pipelining, `Expect: 100-continue`, `Connection: close`.
 *
 * It does not use `node:http`, because an invocation is two requests, and with that server they
 * would be most of the cost of an invocation in sam-offline (see the figures in `README.md` in this
 * folder).
 */
export function serveHttp(socket: Socket, options: HttpConnectionOptions): void {
  const parser = new RequestParser(options.maximumBodyBytes, options.streamOf);
  /** The data that is written when all requests of this read have been handled. */
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
  // A client that sends its next request together with a response does not wait for the reply to
  // that response. The reply is therefore sent together with the next one, in one system call. The
  // Node.js runtime is such a client.
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
  // The client has closed the connection. `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', options.onClose);
}
