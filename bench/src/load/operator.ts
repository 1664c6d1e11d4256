import { request } from 'undici';
import { createSigner } from './sigv4.ts';

/** The region and credentials of the operator of a stack on sam-offline, for AWS SDK clients. */
export const operator = {
  region: 'ap-northeast-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** The same for `createSigner`. */
export const operatorKeys = { ...operator.credentials, region: operator.region };

/** Requests a broadcast, signed by the operator; resolves with the response. */
export async function requestBroadcast(
  url: string,
  body: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const { host, pathname } = new URL(url);
  const signer = createSigner({ ...operatorKeys, host, body, contentType: 'application/json' });
  const headers = signer.sign(pathname, new Date());
  const response = await request(url, { method: 'POST', headers, body });
  return { status: response.statusCode, text: await response.body.text() };
}
