import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';

export interface Signing {
  readonly service: string;
  readonly region: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** SHA-256 in the form that the AWS SDK needs, with Node.js's own crypto module. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash | typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', toBytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }

  reset(): void {
    throw new Error('a digest is made once');
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): string | Uint8Array {
  if (typeof data === 'string') return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/**
 * Signs requests with AWS Signature Version 4 and the credentials of the environment
 * (`AWS_ACCESS_KEY_ID` and so on). A stack on this machine accepts any credentials; if there are
 * none, `local` is used for it.
 *
 * @throws Error if there are no credentials for another machine
 */
export async function signRequest(request: HttpRequest, signing: Signing): Promise<HttpRequest> {
  const url = new URL(request.url);
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const isLocal = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  const accessKeyId = AWS_ACCESS_KEY_ID ?? (isLocal ? 'local' : undefined);
  const secretAccessKey = AWS_SECRET_ACCESS_KEY ?? (isLocal ? 'local' : undefined);
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      `${url.host} wants signed requests, and AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: ` +
        'run `eval "$(aws configure export-credentials --format env)"` first',
    );
  }
  const signer = new SignatureV4({
    ...signing,
    sha256: Sha256,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    },
  });
  const signed = await signer.sign({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...request.headers, host: url.host },
    ...(request.body !== undefined && { body: request.body }),
  });
  return { ...request, headers: signed.headers };
}
