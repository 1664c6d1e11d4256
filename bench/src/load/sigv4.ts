import { encodeSegment, SERVICE, SigningKeys } from '@blogapp/broadcast/signing-keys';
import { createHmac, hash } from 'node:crypto';

/**
 * Signature Version 4 for pushes to `@connections`, without a library: the AWS SDK spends more
 * processor time on a push than the servers under test do, and would be what is measured. Its
 * constant parts are computed once, as a broadcaster would.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export interface Signer {
  /**
   * The headers of a POST, `authorization` among them.
   *
   * @param path as it is sent, percent-encoded
   */
  sign(path: string, now: Date): Record<string, string>;
}

export interface SignerOptions {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** With the port, where it is not the scheme's own. */
  readonly host: string;
  readonly body: string;
  /** Absent: what pushes to `@connections` have. */
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
        // Encoded once more than it is sent, as for every service but S3.
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
