import { Hash } from '@smithy/core/serde';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** The hash function that the AWS SDK's signer needs. */
const Sha256 = Hash.bind(undefined, 'sha256');

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
