import { PassThrough } from 'node:stream';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { AwsCall, AwsResponse } from '../call.ts';
import type { NamedFunction } from './find-function.ts';
import { optionsOf, readPayload, tailOf } from './invoke.ts';
import { empty, refusal } from './responses.ts';
import type { LambdaTarget } from './target.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString('utf8'),
  (text) => Buffer.from(text),
);

/**
 * Serves `InvokeWithResponseStream`. The response is an event stream with a `PayloadChunk` for each
 * part of the function's response as it arrives, and then `InvokeComplete`
 * (https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html).
 */
export function invokeWithResponseStream(
  target: LambdaTarget,
  call: AwsCall,
  named: NamedFunction,
): Promise<AwsResponse> | AwsResponse {
  const { fn, version } = named;
  const type = call.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  const payload = readPayload(call, String(type));
  if (!Buffer.isBuffer(payload)) return payload;
  if (type === 'DryRun') return empty(204, version);

  const stream = new PassThrough();
  // If the client has closed the connection, the function can continue to write, as on AWS.
  const write = (eventType: string, contentType: string, body: Uint8Array): boolean =>
    !stream.writable || stream.write(encode(eventType, contentType, body));
  const writeChunk = (chunk: Uint8Array): boolean =>
    write('PayloadChunk', 'application/octet-stream', chunk);
  const options = optionsOf(call, named);
  const response: AwsResponse = {
    statusCode: 200,
    headers: {
      'Content-Type': 'application/vnd.amazon.eventstream',
      'x-amzn-RequestId': options.requestId,
      'X-Amz-Executed-Version': version,
    },
    body: '',
    stream,
  };
  const tail = tailOf(target, call, options.requestId);
  return new Promise((resolve) => {
    const invoked = target.invoker.invoke(fn.logicalId, payload, {
      ...options,
      onResponseStream: (_contentType, resume) => {
        stream.on('drain', resume);
        stream.on('close', resume);
        resolve(response);
        return writeChunk;
      },
    });
    invoked.then(
      (result) => {
        // The function did not stream its response, so all of it is one chunk.
        if (result.ok && result.payload.length > 0) writeChunk(result.payload);
        const complete = {
          ...(!result.ok && { ErrorCode: 'Unhandled', ErrorDetails: result.payload.toString() }),
          ...(tail && { LogResult: tail.take() }),
        };
        write('InvokeComplete', 'application/json', Buffer.from(JSON.stringify(complete)));
        stream.end();
        resolve(response);
      },
      (error: unknown) => {
        tail?.take();
        resolve(refusal(error));
      },
    );
  });
}

/** Encodes a message of an event stream. */
function encode(eventType: string, contentType: string, body: Uint8Array): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: eventType },
      ':content-type': { type: 'string', value: contentType },
    },
    body,
  });
}
