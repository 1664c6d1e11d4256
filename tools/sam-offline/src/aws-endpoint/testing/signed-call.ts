import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { TestStack } from '../../stack/testing/running-stack.ts';

export interface SignedCallResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Makes functions that send signed JSON calls to a service whose SDK client is not a dependency.
 */
export function signedCalls({ config }: Pick<TestStack, 'config'>, service: string) {
  const { endpoint, region, credentials } = config;
  const { hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    ...{ service, region, credentials, sha256: Hash.bind(undefined, 'sha256') },
  });
  const send = async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    input: object | undefined,
  ): Promise<SignedCallResponse> => {
    const body = input === undefined ? '' : JSON.stringify(input);
    const signed = await signer.sign({
      ...{ method, protocol: 'http:', hostname, port: Number(port), path, query: {}, body },
      headers: { ...headers, host: `${hostname}:${port}` },
    });
    const response = await fetch(`${endpoint}${path}`, {
      ...{ method, headers: signed.headers as Record<string, string> },
      ...(body !== '' && { body }),
    });
    return {
      status: response.status,
      body: objectOf(await response.text()),
    };
  };
  return {
    /**
     * Sends a call in the JSON protocol.
     * @param target the value of `X-Amz-Target`, such as `AWSEvents.PutEvents`
     */
    json: (target: string, input: object) =>
      send(
        'POST',
        '/',
        { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
        input,
      ),
    /** Sends an asynchronous invocation. */
    event: (path: string, input: object) =>
      send('POST', path, { 'x-amz-invocation-type': 'Event' }, input),
    /** Sends a call in the REST protocol. */
    rest: (method: string, path: string, input?: object) =>
      send(method, path, { 'content-type': 'application/json' }, input),
  };
}

function objectOf(text: string): SignedCallResponse['body'] {
  return text === '' ? {} : (JSON.parse(text) as SignedCallResponse['body']);
}
