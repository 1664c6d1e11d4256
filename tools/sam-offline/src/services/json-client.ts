import { Pool } from 'undici';
import { SamOfflineError } from '../sam-offline-error.ts';

/** An AWS service responded with an error. `code` is the part of `__type` after the `#`. */
export class AwsServiceError extends SamOfflineError {
  override readonly name = 'AwsServiceError';
  readonly code: string;
  readonly statusCode: number;

  constructor(operation: string, code: string, message: string, statusCode: number) {
    super(`${operation}: ${code}: ${message}`);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/**
 * Calls a local service in the AWS JSON 1.0 protocol. It returns the JSON of responses without the
 * changes that an SDK makes.
 */
export interface JsonClient {
  /**
   * @param target the value of `X-Amz-Target`: `DynamoDB_20120810.GetItem`, `AmazonSQS.SendMessage`
   * …
   * @throws AwsServiceError if the service responds with an error
   */
  call(
    target: string,
    input: object,
    options?: CallOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/**
 * Makes a client. The services behind the AWS endpoint run on this machine and do not verify
 * signatures, so the SDK with its signatures, its retries and a load time of 70 ms is not needed.
 * Some services (DynamoDB Local) need a credential scope, which also contains the region.
 */
export function createJsonClient(endpoint: string, region = 'us-east-1'): JsonClient {
  const pool = new Pool(endpoint, {
    connections: 32,
    pipelining: 1,
    bodyTimeout: 0,
    headersTimeout: 0,
  });
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/local/aws4_request, SignedHeaders=host, Signature=0`;

  return {
    async call(target, input, options = {}) {
      const response = await pool.request({
        method: 'POST',
        path: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': target,
          'x-amz-date': '20260101T000000Z',
          authorization,
        },
        body: JSON.stringify(input),
        signal: options.signal ?? null,
      });
      const output = parseObject(await response.body.text());
      if (response.statusCode >= 300) throw serviceError(target, output, response.statusCode);
      return output;
    },
    close: () => pool.destroy(),
  };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  if (text === '') return {};
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function serviceError(
  target: string,
  output: Readonly<Record<string, unknown>>,
  statusCode: number,
): AwsServiceError {
  const type = typeof output.__type === 'string' ? output.__type : 'UnknownError';
  const message = output.message ?? output.Message;
  return new AwsServiceError(
    target.slice(target.indexOf('.') + 1),
    type.slice(type.indexOf('#') + 1),
    typeof message === 'string' ? message : '',
    statusCode,
  );
}
