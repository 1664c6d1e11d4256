import { Agent, request } from 'undici';

/** The request that an integration sends to an HTTP endpoint. */
export interface OutgoingCall {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly timeoutMs: number;
}

export interface IncomingResponse {
  readonly statusCode: number;
  /** The headers in their order. A name may occur more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/**
 * The maximum size of a response, in bytes. "Payload size: 10 MB"
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
 */
const MAXIMUM_BYTES = 10 * 1024 * 1024;

/** Makes the calls of all integrations. Idle sockets do not keep the process alive. */
const agent = new Agent({ keepAliveTimeout: 1_000, connections: 64 });

/** Headers about the connection. A gateway does not pass them on with a message. */
const OF_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length', 'te'],
  ...['trailer', 'proxy-connection', 'expect'],
]);

/** An endpoint cannot be reached, or its response is too large. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

/**
 * Calls an HTTP endpoint. Redirects are not followed: API Gateway passes them on.
 *
 * @returns undefined if there was no response in time
 * @throws EndpointError
 */
export async function callEndpoint(call: OutgoingCall): Promise<IncomingResponse | undefined> {
  const signal = AbortSignal.timeout(call.timeoutMs);
  const headers = call.headers
    .filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()))
    .flatMap(([name, value]) => [name, value]);
  const hasBody = call.body.length > 0 && call.method !== 'GET' && call.method !== 'HEAD';
  try {
    const response = await request(call.url, {
      ...{ method: call.method as 'GET', headers, dispatcher: agent, signal },
      ...{ responseHeaders: 'raw' as const, headersTimeout: 0, bodyTimeout: 0 },
      body: hasBody ? call.body : null,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MAXIMUM_BYTES) throw new EndpointError('the response is larger than 10 MB');
    }
    return {
      statusCode: response.statusCode,
      headers: pairsOf(response.headers as unknown as readonly (string | Buffer)[]),
      body: Buffer.concat(chunks),
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof EndpointError) throw error;
    throw new EndpointError(
      `${new URL(call.url).origin} cannot be reached: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function pairsOf(raw: readonly (string | Buffer)[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]);
    if (!OF_CONNECTION.has(name.toLowerCase())) pairs.push([name, String(raw[index + 1])]);
  }
  return pairs;
}
