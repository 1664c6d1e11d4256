import { cbor } from '@smithy/core/cbor';
import { newRequestId } from '../ids/index.ts';
import type { AwsResponse, Protocol } from './call.ts';

/** The Query protocol's error codes for the JSON protocols' codes. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  IncompleteSignatureException: 'IncompleteSignature',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

/** Makes an error response in a protocol's form, with a request id as on AWS. */
export function errorResponse(
  protocol: Protocol,
  statusCode: number,
  code: string,
  message: string,
): AwsResponse {
  const requestId = newRequestId();
  if (protocol === 'query') {
    return xmlResponse(
      statusCode,
      `<ErrorResponse><Error><Type>${statusCode < 500 ? 'Sender' : 'Receiver'}</Type>` +
        `<Code>${escapeXml(QUERY_CODES[code] ?? code)}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
      requestId,
    );
  }
  if (protocol === 'cbor') {
    return {
      statusCode,
      headers: {
        'Content-Type': 'application/cbor',
        'smithy-protocol': 'rpc-v2-cbor',
        'x-amzn-RequestId': requestId,
      },
      body: Buffer.from(cbor.serialize({ __type: `com.amazon.coral.service#${code}`, message })),
    };
  }
  return {
    statusCode,
    headers: {
      'Content-Type': protocol === 'json' ? 'application/x-amz-json-1.0' : 'application/json',
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': code,
    },
    body: JSON.stringify(
      protocol === 'json'
        ? { __type: `com.amazon.coral.service#${code}`, message }
        : { message, Message: message },
    ),
  };
}

/** Makes an XML response. */
export function xmlResponse(
  statusCode: number,
  xml: string,
  requestId = newRequestId(),
): AwsResponse {
  return {
    statusCode,
    headers: { 'Content-Type': 'text/xml', 'x-amzn-RequestId': requestId },
    body: xml,
  };
}

/** Escapes a text for an element or an attribute of XML. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
