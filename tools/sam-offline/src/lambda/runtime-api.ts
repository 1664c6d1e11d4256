import { createServer, type Server, type Socket } from 'node:net';
import { serveHttp, type HttpResponder } from './http-connection.ts';
import type { HttpRequest, RequestHead } from './request-parser.ts';
import { MAXIMUM_RESPONSE_BYTES, MAXIMUM_STREAMED_BYTES, type Invocation } from './invocation.ts';

/** A runtime's response to an invocation. */
export type RuntimeResponse =
  | { readonly type: 'response'; readonly body: Buffer; readonly contentType: string | undefined }
  | { readonly type: 'response-too-large'; readonly bytes: number; readonly maximumBytes: number }
  | { readonly type: 'error'; readonly error: RuntimeErrorReport };

/** The report in a request to `/error` or `/init/error`. */
export interface RuntimeErrorReport {
  /** The value of `Lambda-Runtime-Function-Error-Type`. */
  readonly errorType: string | undefined;
  readonly body: Buffer;
}

/** The events of a runtime. */
export interface RuntimeApiEvents {
  /**
   * The runtime waits for an invocation. The first time, this ends the init phase.
   *
   * @param mayGoOn whether code of the function may still run after its response; only
   * sam-offline's own runtimes report this
   */
  ready(mayGoOn: boolean): void;
  /** The connection on which the runtime waited was closed. */
  unready(): void;
  responded(response: RuntimeResponse): void;
  initFailed(error: RuntimeErrorReport): void;
}

/** The number of bytes of a body that are kept. Further bytes are only counted. */
const KEPT_BODY_BYTES = MAXIMUM_RESPONSE_BYTES + 1;
const ROUTE = /^\/2018-06-01\/runtime\/(?:invocation\/([^/]+)(?:\/(response|error))?|init\/error)$/;
/**
 * With this header, sam-offline's own runtimes report whether the function left code running: `yes`
 * or `no`.
 */
const LEFTOVER = 'sam-offline-leftover';
const RESPONSE_MODE = 'lambda-runtime-function-response-mode';
const STREAMED_ERROR_TYPE = 'lambda-runtime-function-error-type';
const STREAMED_ERROR_BODY = 'lambda-runtime-function-error-body';

/**
 * The Lambda Runtime API of one execution environment, on its own loopback port
 * (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Every runtime client works with
 * it.
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #events: RuntimeApiEvents;
  readonly #functionArn: string;
  #waiting: { responder: HttpResponder; socket: Socket } | undefined;
  #initialized = false;
  #current: Invocation | undefined;

  constructor(functionArn: string, events: RuntimeApiEvents) {
    this.#functionArn = functionArn;
    this.#events = events;
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  /**
   * Opens the port. It resolves with `127.0.0.1:<port>`, the value for `AWS_LAMBDA_RUNTIME_API`.
   */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port: 0 }, () => {
        const address = this.#server.address();
        if (address === null || typeof address === 'string') return;
        resolve(`127.0.0.1:${address.port}`);
      });
    });
  }

  /** Serves a runtime over an existing socket, in addition to those that connect. */
  accept(socket: Socket): void {
    this.#accept(socket);
  }

  close(): void {
    this.#waiting = undefined;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Sends an invocation to the runtime, which has to be ready. */
  dispatch(invocation: Invocation, deadlineMs: number): void {
    const responder = this.#waiting?.responder;
    if (responder === undefined) throw new Error('The runtime is not waiting for an invocation');
    this.#waiting = undefined;
    this.#current = invocation;
    const { requestId, traceHeader, clientContext, payload, invokedArn, tenantId } = invocation;
    responder.send(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n' +
        `Lambda-Runtime-Aws-Request-Id: ${requestId}\r\n` +
        `Lambda-Runtime-Deadline-Ms: ${deadlineMs}\r\n` +
        `Lambda-Runtime-Invoked-Function-Arn: ${invokedArn ?? this.#functionArn}\r\n` +
        `Lambda-Runtime-Trace-Id: ${traceHeader}` +
        (clientContext === undefined ? '' : `\r\nLambda-Runtime-Client-Context: ${clientContext}`) +
        (tenantId === undefined ? '' : `\r\nLambda-Runtime-Aws-Tenant-Id: ${tenantId}`),
      payload,
    );
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    serveHttp(socket, {
      maximumBodyBytes: KEPT_BODY_BYTES,
      streamOf: (head) => this.#streamOf(head, socket),
      onRequest: (request, responder) => {
        this.#route(request, responder, socket);
      },
      onClose: () => {
        this.#sockets.delete(socket);
        if (this.#waiting?.socket !== socket) return;
        this.#waiting = undefined;
        this.#events.unready();
      },
    });
  }

  /**
   * Gives the function that gets the bytes of a streamed response; undefined for a response that is
   * kept. While the receiver is full, the socket is not read, so the function has to wait.
   */
  #streamOf({ path, headers }: RequestHead, socket: Socket): ((chunk: Buffer) => void) | undefined {
    const { requestId, onResponseStream } = this.#current ?? {};
    if (onResponseStream === undefined || headers.get(RESPONSE_MODE) !== 'streaming') return;
    const [, respondedId, action] = ROUTE.exec(path) ?? [];
    if (respondedId !== requestId || action !== 'response') return;
    const write = onResponseStream(headers.get('content-type'), () => socket.resume());
    return (chunk) => {
      if (!write(chunk)) socket.pause();
    };
  }

  #route(request: HttpRequest, responder: HttpResponder, socket: Socket): void {
    const [route, requestId, action] = ROUTE.exec(request.path) ?? [];
    if (
      route === undefined ||
      (requestId !== undefined && isNext(requestId) === (action !== undefined))
    ) {
      responder.send('HTTP/1.1 404 Not Found\r\nContent-Type: text/plain', '404 page not found\n');
    } else if (
      request.method !== (action === undefined && requestId !== undefined ? 'GET' : 'POST')
    ) {
      responder.send('HTTP/1.1 405 Method Not Allowed', '');
    } else if (requestId === undefined) {
      this.#initError(request, responder);
    } else if (action === undefined) {
      this.#next(request, responder, socket);
    } else {
      this.#respond(request, responder, requestId, action);
    }
  }

  #next(request: HttpRequest, responder: HttpResponder, socket: Socket): void {
    if (this.#current !== undefined || this.#waiting !== undefined) {
      refuse(responder, this.#current === undefined ? 'Ready' : 'Running', 'Ready');
      return;
    }
    const isFirst = !this.#initialized;
    this.#initialized = true;
    this.#waiting = { responder, socket };
    this.#events.ready(!isFirst && request.headers.get(LEFTOVER) !== 'no');
  }

  #respond(
    request: HttpRequest,
    responder: HttpResponder,
    requestId: string,
    action: string,
  ): void {
    if (this.#current === undefined) {
      refuse(
        responder,
        this.#initialized ? 'Ready' : 'Started',
        action === 'error' ? 'InvocationErrorResponse' : 'InvocationResponse',
      );
      return;
    }
    if (this.#current.requestId !== requestId) {
      sendError(responder, '400 Bad Request', 'InvalidRequestID', 'Invalid request ID');
      return;
    }
    this.#current = undefined;
    const response = action === 'error' ? errorResponse(request) : successResponse(request);
    if (response.type === 'response-too-large') {
      sendError(
        responder,
        '413 Request Entity Too Large',
        'RequestEntityTooLarge',
        `Exceeded maximum allowed payload size (${response.maximumBytes} bytes).`,
      );
    } else {
      sendAccepted(responder);
    }
    this.#events.responded(response);
  }

  #initError(request: HttpRequest, responder: HttpResponder): void {
    if (this.#initialized) {
      refuse(responder, this.#current === undefined ? 'Ready' : 'Running', 'InitError');
      return;
    }
    sendAccepted(responder);
    this.#events.initFailed(errorReport(request));
  }
}

function isNext(requestId: string): boolean {
  return requestId === 'next';
}

function successResponse(request: HttpRequest): RuntimeResponse {
  const streamedError = request.headers.get(STREAMED_ERROR_BODY);
  if (streamedError !== undefined) {
    return {
      type: 'error',
      error: {
        errorType: request.headers.get(STREAMED_ERROR_TYPE),
        body: Buffer.from(streamedError, 'base64'),
      },
    };
  }
  const maximumBytes = request.isStreamed ? MAXIMUM_STREAMED_BYTES : MAXIMUM_RESPONSE_BYTES;
  if (request.bodyBytes > maximumBytes) {
    return { type: 'response-too-large', bytes: request.bodyBytes, maximumBytes };
  }
  return {
    type: 'response',
    body: request.body,
    contentType: request.headers.get('content-type'),
  };
}

function errorResponse(request: HttpRequest): RuntimeResponse {
  return { type: 'error', error: errorReport(request) };
}

function errorReport(request: HttpRequest): RuntimeErrorReport {
  return { errorType: request.headers.get(STREAMED_ERROR_TYPE), body: request.body };
}

function sendAccepted(responder: HttpResponder): void {
  responder.send('HTTP/1.1 202 Accepted\r\nContent-Type: application/json', '{"status":"OK"}\n');
}

function sendError(
  responder: HttpResponder,
  status: string,
  errorType: string,
  errorMessage: string,
): void {
  responder.send(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json`,
    `${JSON.stringify({ errorMessage, errorType })}\n`,
  );
}

/** Responds to a request that the runtime's state does not allow. */
function refuse(responder: HttpResponder, from: string, to: string): void {
  sendError(
    responder,
    '403 Forbidden',
    'InvalidStateTransition',
    `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
  );
}
