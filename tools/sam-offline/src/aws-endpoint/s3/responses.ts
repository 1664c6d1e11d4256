import { randomBytes } from 'node:crypto';
import type { AwsCall, AwsResponse } from '../call.ts';
import { escapeXml } from '../errors.ts';

export { escapeXml };

/** An error of S3. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  readonly statusCode: number;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
  }
}

/** The ids that each response of S3 has. */
export interface ResponseIds {
  /** 16 hexadecimal digits. */
  readonly requestId: string;
  readonly hostId: string;
}

/** Makes new ids for a response. */
export function newResponseIds(): ResponseIds {
  return {
    requestId: randomBytes(8).toString('hex').toUpperCase(),
    hostId: randomBytes(56).toString('base64'),
  };
}

/** Makes the headers with a response's ids. */
export function idHeaders({ requestId, hostId }: ResponseIds): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId, Server: 'AmazonS3' };
}

/**
 * Makes an error response (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
 */
export function s3ErrorResponse(
  { method, path }: Pick<AwsCall, 'method' | 'path'>,
  ids: ResponseIds,
  error: Pick<S3Error, 'code' | 'statusCode' | 'message'>,
): AwsResponse {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
    `<Resource>${escapeXml(path)}</Resource>` +
    `<RequestId>${ids.requestId}</RequestId><HostId>${ids.hostId}</HostId></Error>`;
  return {
    statusCode: error.statusCode,
    headers: {
      'Content-Type': 'application/xml',
      ...idHeaders(ids),
      'x-amzn-ErrorType': error.code,
    },
    // The response to a HEAD has no body, so the client only sees the status.
    body: method === 'HEAD' ? '' : body,
  };
}

/**
 * Makes the body of an XML response.
 * @param xml the XML without its declaration
 */
export function xmlBody(xml: string): Pick<AwsResponse, 'headers' | 'body'> {
  return {
    headers: { 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`,
  };
}

export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
