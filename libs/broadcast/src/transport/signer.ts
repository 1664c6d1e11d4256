import { createHmac, hash, type KeyObject } from 'node:crypto';
import { encodeSegment, SERVICE, type SigningKeys } from './signing-keys.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** When the credentials expire; absent when they do not. */
  readonly expiration?: Date | undefined;
}

export interface SigningTarget {
  /** The `host` header, with the port unless it is the scheme's default. */
  readonly host: string;
  /** The endpoint's path without a slash at its end: `/<stage>`, or empty for a custom domain. */
  readonly basePath: string;
  readonly region: string;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
/**
 * Visible ASCII and spaces. `node:http` has such a check too, but is slow to load at a cold start.
 */
const HEADER_VALUE = /^[ -~]*$/;
/** What the SDK sends for PostToConnection. */
const CONTENT_TYPE = 'application/octet-stream';

/**
 * Writes pushes of one payload to many connections: HTTP/1.1 requests, signed with Signature Version
 * 4. Everything but the connection id is worked out once: the payload's hash once, the rest once a
 * second (the date is signed in seconds), and the signing key once a day.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class PushSigner {
  readonly #target: SigningTarget;
  readonly #payloadHash: string;
  /** The request's text from the signature to the end. */
  readonly #requestEnd: string;
  readonly #keys: SigningKeys;
  readonly #credentials: () => Credentials;
  readonly #requestStart: string;
  readonly #canonicalStart: string;
  #second = -1;
  #canonicalEnd = '';
  #stringToSignStart = '';
  /** The request's text from the path to the signature. */
  #requestMiddle = '';
  #key: KeyObject | undefined;

  /** @param credentials called once a second; must return at once */
  constructor(
    target: SigningTarget,
    payload: Uint8Array,
    keys: SigningKeys,
    credentials: () => Credentials,
  ) {
    this.#target = target;
    this.#payloadHash = hash('sha256', payload, 'hex');
    const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.#requestEnd = `\r\ncontent-length: ${body.length}\r\n\r\n${body.toString('latin1')}`;
    this.#keys = keys;
    this.#credentials = credentials;
    const pathPrefix = `${target.basePath}/@connections/`;
    this.#requestStart = `POST ${pathPrefix}`;
    this.#canonicalStart = `POST\n${encodePath(pathPrefix)}`;
  }

  /**
   * @param nowMs epoch milliseconds
   * @returns the complete request, one character a byte (latin1)
   * @throws URIError when the id can't be in a URL; Error when the credentials can't be in a header
   */
  sign(connectionId: string, nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second || this.#key === undefined) this.#key = this.#prepare(second);
    const encoded = encodeSegment(connectionId);
    // The canonical path is the path encoded once more (everywhere but in S3); in an encoded
    // segment, only the percent signs need it.
    const canonicalRequest =
      this.#canonicalStart + encoded.replaceAll('%', '%25') + this.#canonicalEnd;
    const stringToSign = this.#stringToSignStart + hash('sha256', canonicalRequest, 'hex');
    const signature = createHmac('sha256', this.#key).update(stringToSign).digest('hex');
    return this.#requestStart + encoded + this.#requestMiddle + signature + this.#requestEnd;
  }

  #prepare(second: number): KeyObject {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials();
    const amzDate = new Date(second * 1000).toISOString().replace(/[:-]|\.\d{3}/g, '');
    const date = amzDate.slice(0, 8);
    const scope = `${date}/${this.#target.region}/${SERVICE}/aws4_request`;
    const signed: [string, string][] = [
      ['content-type', CONTENT_TYPE],
      ['host', this.#target.host],
      ['x-amz-date', amzDate],
      // An empty token counts as no token, as in the SDK.
      ...(sessionToken === undefined || sessionToken === ''
        ? []
        : [['x-amz-security-token', sessionToken] satisfies [string, string]]),
    ];
    const names = signed.map(([name]) => name).join(';');
    const canonicalHeaders = signed.map(([name, value]) => `${name}:${value}\n`).join('');
    this.#canonicalEnd = `\n\n${canonicalHeaders}\n${names}\n${this.#payloadHash}`;
    this.#stringToSignStart = `${ALGORITHM}\n${amzDate}\n${scope}\n`;
    const authorization = `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`;
    const headers = [...signed, ['authorization', authorization] satisfies [string, string]];
    for (const [name, value] of headers) {
      if (!HEADER_VALUE.test(value))
        throw new Error(`the ${name} has characters that no header may have`);
    }
    const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n');
    this.#requestMiddle = ` HTTP/1.1\r\n${lines}`;
    this.#second = second;
    return this.#keys.get(secretAccessKey, date, this.#target.region);
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}
