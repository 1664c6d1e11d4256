import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Principal } from '../../signature/index.ts';
import { region } from './harness.ts';

/** The hash interface that smithy's signer asks for, over node:crypto. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', Buffer.from(secret as string));
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data);
  }
  digest() {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }
  reset() {
    throw new Error('not used');
  }
}

export interface ToSign {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly principal: Principal;
  readonly service?: string;
  readonly signingRegion?: string;
  readonly signingDate?: Date;
}

/** Signs as the AWS SDK does; gives the headers to send. */
export async function sign(request: ToSign): Promise<Record<string, string>> {
  const { hostname, host, pathname, searchParams } = new URL(request.url);
  const signer = new SignatureV4({
    credentials: { ...request.principal },
    region: request.signingRegion ?? region,
    service: request.service ?? 'execute-api',
    sha256: Sha256,
  });
  const signed = await signer.sign(
    {
      method: request.method ?? 'GET',
      protocol: 'http:',
      hostname,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: { host, ...request.headers },
      body: request.body ?? '',
    },
    request.signingDate === undefined ? {} : { signingDate: request.signingDate },
  );
  return signed.headers;
}
