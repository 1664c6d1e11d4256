import { Agent, request } from 'undici';

/** A call of an integration to an address. */
export interface OutgoingCall {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly timeoutMs: number;
}

export interface IncomingResponse {
  readonly statusCode: number;
  /** In order; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** "Payload size: 10 MB". */
const MAXIMUM_BYTES = 10 * 1024 * 1024;

/** Of the calls of all integrations. Sockets that idle do not keep the process alive. */
const agent = new Agent({ keepAliveTimeout: 1_000, connections: 64 });

/** What a gateway tells of a connection, and never of a message that it passes on. */
const OF_CONNECTION = new Set([
  ...['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'content-length', 'te'],
  ...['trailer', 'proxy-connection', 'expect'],
]);

/** An endpoint that cannot be reached, or that responded with too much. */
export class EndpointError extends Error {
  override readonly name = 'EndpointError';
}

/**
 * Calls an HTTP endpoint. Redirects are not followed: API Gateway passes them on.
 *
 * @returns undefined where there was no response in time
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
      if (bytes > MAXIMUM_BYTES) throw new EndpointError('the response has more than 10 MB');
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
