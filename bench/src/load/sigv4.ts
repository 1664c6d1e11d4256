import { encodeSegment, SERVICE, SigningKeys } from '@blogapp/broadcast/signing-keys';
import { createHmac, hash } from 'node:crypto';

/**
 * Signature Version 4 for pushes to `@connections`, without a library: the AWS SDK uses more
 * processor time for a push than the servers under test, so the bench would measure the SDK. The
 * constant parts are computed once, as a broadcaster would do.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export interface Signer {
  /**
   * The headers of a POST, `authorization` among them.
   *
   * @param path the path of the request, percent-encoded
   */
  sign(path: string, now: Date): Record<string, string>;
}

export interface SignerOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** The host, with the port unless it is the scheme's default. */
  readonly host: string;
  readonly body: string;
  /** The content type; by default that of pushes. */
  readonly contentType?: string;
}

const algorithm = 'AWS4-HMAC-SHA256';
const octetStream = 'application/octet-stream';
const signedHeaders = 'content-type;host;x-amz-content-sha256;x-amz-date';

/** Makes a signer for POST requests with one body to one host. */
export function createSigner({
  accessKeyId,
  secretAccessKey,
  region,
  host,
  body,
  contentType = octetStream,
}: SignerOptions): Signer {
  const bodyHash = hash('sha256', body);
  const keys = new SigningKeys();

  return {
    sign(path, now) {
      const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
      const day = time.slice(0, 8);
      const scope = `${day}/${region}/${SERVICE}/aws4_request`;
      const canonicalRequest = [
        'POST',
        // The canonical path is encoded once more than the path of the request, as for every
        // service but S3.
        path.split('/').map(encodeSegment).join('/'),
        '',
        `content-type:${contentType}`,
        `host:${host}`,
        `x-amz-content-sha256:${bodyHash}`,
        `x-amz-date:${time}`,
        '',
        signedHeaders,
        bodyHash,
      ].join('\n');
      const stringToSign = [algorithm, time, scope, hash('sha256', canonicalRequest)].join('\n');
      const key = keys.get(secretAccessKey, day, region);
      const signature = createHmac('sha256', key).update(stringToSign).digest('hex');
      return {
        'content-type': contentType,
        'x-amz-content-sha256': bodyHash,
        'x-amz-date': time,
        authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      };
    },
  };
}
