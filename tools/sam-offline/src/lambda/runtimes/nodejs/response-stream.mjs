/** Response streaming: `awslambda.streamifyResponse` and `awslambda.HttpResponseStream`. */
import { InvalidStreamingOperation, toErrorResponse } from './errors.mjs';

/** Marks a handler that gets a response stream. */
export const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

const HTTP_INTEGRATION_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** The bytes between the JSON metadata and the body. */
const PRELUDE_END = new Uint8Array(8);

/** Defines the global `awslambda`, as Lambda does. */
export function provideAwsLambda() {
  globalThis.awslambda = {
    streamifyResponse(handler) {
      handler[STREAMING] = 'response';
      return handler;
    },
    HttpResponseStream: {
      /** Sends the status code, headers and cookies before the body. */
      from(stream, prelude) {
        stream.setContentType(HTTP_INTEGRATION_RESPONSE);
        stream._onBeforeFirstWrite = (write) => {
          write(JSON.stringify(prelude));
          write(PRELUDE_END);
        };
        return stream;
      },
    },
  };
}

/**
 * Makes the response stream of an invocation, which sends the response in a chunked POST request.
 */
export function responseStream(requestId) {
  // node:http is only loaded here, because few functions stream and it is a third of the
  // bootstrap's cost.
  const { request } = process.getBuiltinModule('node:http');
  const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const stream = request({
    hostname,
    port,
    method: 'POST',
    path: `/2018-06-01/runtime/invocation/${requestId}/response`,
    headers: {
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      Trailer: ['Lambda-Runtime-Function-Error-Type', 'Lambda-Runtime-Function-Error-Body'],
      'Content-Type': 'application/octet-stream',
    },
  });
  const finished = new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.once('response', (response) => response.resume().once('end', resolve));
  });

  let written = false;
  const write = stream.write.bind(stream);
  stream.setContentType = (contentType) => {
    if (written) throw new InvalidStreamingOperation('Cannot set content-type, too late.');
    stream.setHeader('Content-Type', contentType);
  };
  stream.write = (chunk, ...rest) => {
    beforeFirstWrite();
    return write(isBytes(chunk) ? chunk : JSON.stringify(chunk), ...rest);
  };
  const end = stream.end.bind(stream);
  stream.end = (chunk, ...rest) => {
    if (typeof chunk === 'function') return stream.end(undefined, chunk);
    beforeFirstWrite();
    return end(chunk === undefined || isBytes(chunk) ? chunk : JSON.stringify(chunk), ...rest);
  };

  function beforeFirstWrite() {
    if (written) return;
    written = true;
    stream._onBeforeFirstWrite?.(write);
  }

  return {
    stream,
    finished,
    /**
     * Ends the stream with an error. It is in the trailers, because a part of the body may already
     * be sent.
     */
    fail(error) {
      const response = toErrorResponse(error);
      if (stream.writableEnded) return;
      stream.addTrailers({
        'Lambda-Runtime-Function-Error-Type': response.errorType.replace(/[^\x20-\x7e]/g, '?'),
        'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(response)).toString(
          'base64',
        ),
      });
      end();
    },
  };
}

function isBytes(chunk) {
  return typeof chunk === 'string' || chunk instanceof Uint8Array;
}
