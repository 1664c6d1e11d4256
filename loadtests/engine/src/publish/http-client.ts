import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { HttpRequest } from './sign.ts';

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Connections are kept open, so that a publisher does not measure handshakes. */
const agents = {
  http: new HttpAgent({ keepAlive: true }),
  https: new HttpsAgent({ keepAlive: true }),
};

/**
 * Sends a request and reads the whole response.
 *
 * @throws Error with `code`; `ETIMEDOUT` after `timeoutMs`
 */
export async function sendRequest(
  { method, url, headers, body }: HttpRequest,
  timeoutMs: number,
): Promise<HttpResponse> {
  const secure = url.startsWith('https:');
  const options = { method, headers, agent: secure ? agents.https : agents.http };
  return new Promise((done, failed) => {
    const request = (secure ? httpsRequest : httpRequest)(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', failed);
      response.once('end', () => {
        clearTimeout(timer);
        done({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    const timer = setTimeout(() => {
      request.destroy(
        Object.assign(new Error(`no response within ${timeoutMs} ms`), { code: 'ETIMEDOUT' }),
      );
    }, timeoutMs);
    request.once('error', (error) => {
      clearTimeout(timer);
      failed(error);
    });
    request.end(body);
  });
}

/** Closes connections that wait for another request. */
export function closeIdleConnections(): void {
  agents.http.destroy();
  agents.https.destroy();
}
