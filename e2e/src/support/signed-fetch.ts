import { createHash, createHmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** The hash that the signer wants, from node:crypto. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : toBuffer(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : toBuffer(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

function toBuffer(data: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}

const credentials = defaultProvider();

/** `fetch`, signed with SigV4 as the caller's AWS identity. */
export async function signedFetch(
  url: string,
  init: { method: string; body?: string; headers?: Record<string, string>; service?: string },
): Promise<Response> {
  const signer = new SignatureV4({
    credentials,
    region: process.env.AWS_REGION ?? 'ap-northeast-1',
    service: init.service ?? 'execute-api',
    sha256: Sha256,
  });
  const { host, pathname, protocol, searchParams } = new URL(url);
  const signed = await signer.sign({
    method: init.method,
    protocol,
    hostname: host,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host, ...init.headers },
    body: init.body,
  });
  return fetch(url, {
    method: init.method,
    headers: signed.headers,
    ...(init.body === undefined ? {} : { body: init.body }),
  });
}
