import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Principal } from '../../signature/index.ts';
import { region } from './harness.ts';

/** The hash function for the AWS SDK's signer. */
const Sha256 = Hash.bind(undefined, 'sha256');

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

/**
 * Signs a request as the AWS SDK does.
 * @returns the headers to send
 */
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
