/**
 * A client of the Lambda Runtime API over the socket at file descriptor 3. A response and the
 * request for the next invocation are sent in one write, so that an invocation needs only one read
 * and one write in this process.
 *
 * It is not a general HTTP client. It relies on the responses of sam-offline's server, which are in
 * order and have a Content-Length.
 */
import { Socket } from 'node:net';
import { freeze, hasLeftover } from './leftover.mjs';

const BASE = '/2018-06-01/runtime';
const HEAD_END = '\r\n\r\n';

const RUNTIME_PIPE = 3;
const HOST = 'runtime';

export function connect() {
  const socket = new Socket({ fd: RUNTIME_PIPE, readable: true, writable: true });
  /** The callbacks that wait for a response, in the order of the requests. */
  const waiting = [];
  let buffered;
  let started = false;

  socket.on('data', (chunk) => {
    buffered = buffered === undefined ? chunk : Buffer.concat([buffered, chunk]);
    while (buffered !== undefined) {
      const headEnd = buffered.indexOf(HEAD_END);
      if (headEnd === -1) return;
      const headers = parseHeaders(buffered.latin1Slice(0, headEnd));
      const bodyStart = headEnd + HEAD_END.length;
      const bodyEnd = bodyStart + Number(headers['content-length']);
      if (buffered.length < bodyEnd) return;
      const body = buffered.utf8Slice(bodyStart, bodyEnd);
      buffered = buffered.length === bodyEnd ? undefined : buffered.subarray(bodyEnd);
      waiting.shift()(headers, body);
    }
  });
  // sam-offline has closed this environment, or has ended.
  socket.on('close', () => process.exit(0));
  socket.on('error', () => process.exit(0));

  const nextRequest = (leftover) =>
    `GET ${BASE}/invocation/next HTTP/1.1\r\nHost: ${HOST}\r\nSam-Offline-Leftover: ${leftover}\r\n\r\n`;
  const nextRequestIdle = nextRequest('no');
  const nextRequestFrozen = nextRequest('yes');

  /** @param {(headers: Record<string, string>, body: string) => void} serve */
  function expectInvocation(serve) {
    waiting.push((headers, body) => {
      // While a handler runs, only its own work keeps the event loop alive.
      socket.unref();
      serve(headers, body);
    });
  }

  /**
   * Asks for the next invocation after a response. The code that the function left running is
   * frozen here.
   */
  function askForNext(response, serve) {
    const isFrozen = hasLeftover();
    socket.ref();
    expectInvocation(serve);
    if (isFrozen) socket.write(response + nextRequestFrozen, freeze);
    else socket.write(response + nextRequestIdle);
  }

  function post(path, headers, body, then = () => undefined, serve = undefined) {
    waiting.push(then);
    const request =
      `POST ${BASE}${path} HTTP/1.1\r\nHost: ${HOST}\r\n${headers}` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    if (serve === undefined) {
      socket.ref();
      socket.write(request);
    } else {
      askForNext(request, serve);
    }
  }

  function postError(path, error, then, serve) {
    // A header is one line of Latin-1, but an error's name may contain any characters.
    const type = error.errorType.replace(/[^\x20-\x7e]/g, '?');
    const headers = `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${type}\r\n`;
    post(path, headers, JSON.stringify(error), then, serve);
  }

  return {
    /** True after the first invocation was requested, which ends the init phase. */
    get hasStarted() {
      return started;
    },
    /** Ends the init phase and asks for the first invocation. */
    start(serve) {
      started = true;
      socket.ref();
      expectInvocation(serve);
      socket.write(nextRequestIdle);
    },
    /** Asks for the next invocation after a response that was sent in another way. */
    next(serve) {
      askForNext('', serve);
    },
    respond(requestId, body, serve) {
      post(`/invocation/${requestId}/response`, '', body, undefined, serve);
    },
    respondWithError(requestId, error, serve, then) {
      postError(`/invocation/${requestId}/error`, error, then, serve);
    },
    initError(error, then) {
      postError('/init/error', error, then);
    },
  };
}

function parseHeaders(head) {
  const headers = {};
  let start = head.indexOf('\r\n') + 2;
  while (start > 1) {
    const end = head.indexOf('\r\n', start);
    const line = end === -1 ? head.slice(start) : head.slice(start, end);
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    start = end === -1 ? -1 : end + 2;
  }
  return headers;
}
